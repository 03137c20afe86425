-- webhook_hold: Meta said by webhook that this account or template (`alvo` is its id) may not send: nothing of it
-- leaves until `ate` (null: until Meta or a person lifts it). Returns whether that is new.
--
-- A person's pause of the same target stands; of two of Meta's the longer one.
create or replace function webhook_hold(empresa uuid, escopo text, alvo bigint, motivo text, ate timestamptz)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
begin
    insert into pausas as p (escopo, conta_id, modelo_id, motivo, ate, desde, automatica)
    values (webhook_hold.escopo, case escopo when 'conta' then alvo end, case escopo when 'modelo' then alvo end,
        webhook_hold.motivo, webhook_hold.ate, v_agora, true)
    on conflict on constraint pausas_unica do update
    set motivo     = excluded.motivo,
        codigo     = null,
        desde      = case when p.automatica then p.desde else excluded.desde end,
        por        = session_user,
        automatica = true,
        vezes      = 0,
        ate        = excluded.ate,
        sonda_ate  = null
    where p.ate <= v_agora
       or p.automatica and coalesce(excluded.ate, 'infinity') > coalesce(p.ate, 'infinity');
    if not found then
        return false;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (empresa, 'fila_pausa_automatica', escopo || ' ' || webhook_hold.alvo,
        jsonb_build_object('motivo', webhook_hold.motivo, 'ate', webhook_hold.ate, 'webhook', true));
    return true;
end
$$;
