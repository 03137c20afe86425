-- fila_pause_put: the automatic pause of this number, account or template (`alvo` is its id) for a Graph code, made or
-- made longer as fila_pause_auto says; `evidencia` goes into its audit row. Returns until when it is, infinity for
-- a person's without end.
create or replace function fila_pause_put(empresa uuid, escopo text, alvo bigint, codigo integer, motivo text, evidencia jsonb)
returns timestamptz
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_base constant interval := fila_pause_base(codigo);
    v_nova pausas;
begin
    insert into pausas as p (escopo, conta_id, numero_id, modelo_id, motivo, ate, desde, automatica, codigo)
    values (fila_pause_put.escopo,
        case escopo when 'conta' then alvo end,
        case escopo when 'numero' then alvo end,
        case escopo when 'modelo' then alvo end,
        fila_pause_put.motivo, v_agora + v_base, v_agora, true, fila_pause_put.codigo)
    on conflict on constraint pausas_unica do update
    set motivo     = excluded.motivo,
        codigo     = excluded.codigo,
        desde      = case when p.automatica then p.desde else excluded.desde end,
        por        = session_user,
        automatica = true,
        vezes      = case when not p.automatica then 0 when p.ate <= v_agora then p.vezes + 1 else p.vezes end,
        ate        = case
            when not p.automatica or p.ate > v_agora then excluded.ate
            else v_agora + least(v_base * power(2, least(p.vezes + 1, 12)),
                case when v_base >= interval '1 hour' then interval '24 hours' else interval '1 hour' end) end,
        sonda_ate  = null
    where p.ate <= v_agora
       or p.automatica and excluded.ate > p.ate and v_base > fila_pause_base(p.codigo)
    returning p.* into v_nova;
    if v_nova.id is null then
        select coalesce(p.ate, 'infinity') into v_nova.ate
        from pausas p
        where p.escopo = fila_pause_put.escopo
          and case p.escopo when 'conta' then p.conta_id = alvo when 'numero' then p.numero_id = alvo else p.modelo_id = alvo end;
        return v_nova.ate;
    end if;
    if v_nova.desde = v_agora then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (empresa, 'fila_pausa_automatica', escopo || ' ' || alvo,
            jsonb_build_object('motivo', v_nova.motivo, 'codigo', codigo, 'ate', v_nova.ate) || coalesce(evidencia, '{}'));
    end if;
    return v_nova.ate;
end
$$;
