-- campanha_iniciar: rascunho or agendada → ativa; the planner begins at once. Returns the row.
--
-- Who is made a cliente after this moment is not in it.
create or replace function campanha_iniciar(id uuid)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_iniciar.id, '{rascunho,agendada}', 'started');
begin
    if c.valido_ate <= agora() then
        raise exception 'id: the campaign was valid until %; nothing would be sent', c.valido_ate
            using errcode = '22023';
    end if;
    update campanhas k
    set status = 'ativa', iniciada_em = agora()
    where k.id = c.id
    returning k.* into c;
    perform campanha_audit(c, 'campanha_iniciada');
    notify carteiro_planner;
    return c;
end
$$;
grant execute on function campanha_iniciar(uuid) to carteiro_ops_escrita;
