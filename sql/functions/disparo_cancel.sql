-- disparo_cancel: what is planned or queued about this target is not sent; `regras` names the rules
-- (null: all). Returns how many firings ended. What is being sent right now ends as it ends.
create or replace function disparo_cancel(alvo_id uuid, motivo text, regras text[] default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    return disparos_cancel(array(
        select d.id
        from disparos d
        join regras_followup r on r.id = d.regra_id
        where d.alvo_id = disparo_cancel.alvo_id
          and d.status in ('planejado', 'enfileirado')
          and (disparo_cancel.regras is null or r.nome = any (disparo_cancel.regras))), motivo);
end
$$;
