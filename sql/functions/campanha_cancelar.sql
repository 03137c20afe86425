-- campanha_cancelar: anything but concluida → cancelada, for good. Returns the row.
--
-- The lane is paused with it, so nothing more is claimed; the planner moves the waiting rows out
-- behind it (campanha_clear). What is being sent at this moment ends as it ends.
create or replace function campanha_cancelar(id uuid)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas := campanha_lock(campanha_cancelar.id, '{rascunho,agendada,ativa,pausada}', 'cancelled');
begin
    update campanhas k
    set status = 'cancelada', finalizada_em = agora()
    where k.id = c.id
    returning k.* into c;
    update faixas f
    set pausada_em = coalesce(f.pausada_em, agora()), pausa_motivo = 'campanha cancelada', pausada_ate = null
    where f.id = c.faixa_id;
    perform campanha_audit(c, 'campanha_cancelada');
    notify carteiro_planner;
    return c;
end
$$;
grant execute on function campanha_cancelar(uuid) to carteiro_ops_escrita;
