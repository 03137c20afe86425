-- conversa_etapa: puts a conversation at a stage (primeiro_contato, interesse, oferta; null: none), which
-- chooses the rule that writes when no answer comes. What another stage had planned is not sent. Returns
-- the row.
create or replace function conversa_etapa(id uuid, etapa text)
returns conversas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c conversas;
begin
    if conversa_etapa.etapa not in ('primeiro_contato', 'interesse', 'oferta') then
        raise exception 'etapa: expected primeiro_contato, interesse or oferta, found "%"', conversa_etapa.etapa
            using errcode = '22023';
    end if;
    c := conversa_lock(conversa_etapa.id);
    update conversas k
    set etapa = conversa_etapa.etapa
    where k.id = c.id and k.etapa is distinct from conversa_etapa.etapa
    returning k.* into c;
    if found then
        perform disparo_cancel(c.id, 'mudou de etapa', array(
            select r.nome
            from regras_followup r
            where r.empresa_id = c.empresa_id and r.gatilho = 'conversa' and r.etapa is distinct from conversa_etapa.etapa));
    else
        select k.* into c from conversas k where k.id = conversa_etapa.id;
    end if;
    return c;
end
$$;
grant execute on function conversa_etapa(uuid, text) to carteiro_ops_escrita;
