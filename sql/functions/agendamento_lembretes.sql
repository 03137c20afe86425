-- agendamento_lembretes: one batch of reminders: `qual` 24h takes the appointments of the company's next day
-- after `ocorrencia`, 2h those that start 2 to 3 hours after it. Each person once, whatever ran before:
-- firings are the ones of agendamento_plan. Returns {planejados, ja_enviados, pulados {motivo: n}}.
create or replace function agendamento_lembretes(qual text, empresa uuid, ocorrencia timestamptz)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_regra regras_followup;
    v_fuso constant text := (select e.fuso from empresas e where e.id = agendamento_lembretes.empresa);
    v_de timestamptz;
    v_ate timestamptz;
    v_alvos uuid[];
    v_planejados integer;
    v_enviados integer;
    v_pulados jsonb;
begin
    if agendamento_lembretes.qual is null or agendamento_lembretes.qual not in ('24h', '2h') then
        raise exception 'qual: expected 24h or 2h, found "%"', agendamento_lembretes.qual using errcode = '22023';
    end if;
    v_regra := regra_get('lembrete_' || agendamento_lembretes.qual, agendamento_lembretes.empresa);
    v_de := agendamento_lote_de(qual, ocorrencia, v_fuso);
    v_ate := case agendamento_lembretes.qual when '24h' then agendamento_lote_de(qual, v_de, v_fuso) else v_de + interval '1 hour' end;
    v_alvos := array(
        select x.id
        from agendamentos x
        where x.empresa_id = agendamento_lembretes.empresa
          and x.inicio >= v_de and x.inicio < v_ate
          and x.status in ('agendado', 'confirmado'));
    if not v_regra.ativa then
        return jsonb_build_object('planejados', 0, 'ja_enviados', 0, 'pulados',
            case when cardinality(v_alvos) > 0 then jsonb_build_object('regra desativada', cardinality(v_alvos)) else '{}' end);
    end if;
    perform agendamentos_lock(v_alvos);
    perform agendamento_plan(x.id) from (select u.id from unnest(v_alvos) u (id) order by u.id) as x;

    with alvo as materialized (
        select x.id, x.inicio from agendamentos x where x.id = any (v_alvos) and x.status in ('agendado', 'confirmado')
    ), da_vez as materialized ( -- the newest firing about that start tells how it stands
        select distinct on (d.alvo_id) d.id, d.status, d.motivo
        from alvo
        join disparos d on d.alvo_id = alvo.id and d.regra_id = v_regra.id and (d.metadata ->> 'data')::timestamptz = alvo.inicio
        order by d.alvo_id, d.status in ('planejado', 'enfileirado', 'enviado', 'erro') desc, d.id desc
    ), agora_mesmo as (
        update disparos d
        set quando = least(d.quando, v_agora)
        from da_vez v
        where d.id = v.id and d.status = 'planejado'
        returning d.id
    )
    select (select count(*) from agora_mesmo), count(*) filter (where v.status in ('enfileirado', 'enviado', 'erro')),
        coalesce((
            select jsonb_object_agg(m.motivo, m.n)
            from (
                select coalesce(w.motivo, w.status) as motivo, count(*) as n
                from da_vez w
                where w.status in ('pulado', 'expirado', 'cancelado')
                group by 1) m),
            '{}')
    into v_planejados, v_enviados, v_pulados
    from da_vez v;
    return jsonb_build_object('planejados', v_planejados, 'ja_enviados', v_enviados, 'pulados', v_pulados);
end
$$;
