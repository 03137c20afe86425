-- followup_after_message: ENABLE_FOLLOWUP: whoever wrote gets a post_service follow-up a day later, in place of
-- the one that waits. Owners and who asked not to be written to get none; what cannot be planned is in auditoria.
create or replace function followup_after_message(m mensagens_recebidas)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if not exists (select 1 from clientes c where c.id = m.cliente_id and c.status = 'ativo' and not c.interno) then
        return;
    end if;
    perform followup_agendar(m.cliente_id::text, 'whatsapp', 'post_service', empresa => m.empresa_id::text);
exception
    when serialization_failure or deadlock_detected then
        raise;
    when others then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (m.empresa_id, 'followup_not_planned', m.cliente_id::text, jsonb_build_object('erro', sqlstate));
end
$$;
