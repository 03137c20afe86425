-- webhook_lift: Meta lets this account or template send again: its automatic pause ends and the senders are told.
-- A person's stands. Returns whether there was one.
create or replace function webhook_lift(empresa uuid, escopo text, alvo bigint, motivo text)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_fim pausas;
begin
    delete from pausas p
    where p.automatica
      and p.escopo = webhook_lift.escopo
      and case p.escopo when 'conta' then p.conta_id = alvo else p.modelo_id = alvo end
    returning p.* into v_fim;
    if v_fim.id is null then
        return false;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (empresa, 'fila_pausa_encerrada', escopo || ' ' || webhook_lift.alvo,
        jsonb_build_object('motivo', v_fim.motivo, 'desde', v_fim.desde, 'porque', webhook_lift.motivo, 'webhook', true));
    perform fila_wake();
    return true;
end
$$;
