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
    v_regra regras_followup := regra_get('lembrete_' || qual, agendamento_lembretes.empresa);
    v_de timestamptz;
    v_ate timestamptz;
    v_fuso text;
    a agendamentos;
    v_alvos uuid[] := '{}';
    v_planejados integer;
    v_enviados integer;
    v_pulados jsonb;
begin
    if agendamento_lembretes.qual not in ('24h', '2h') then
        raise exception 'qual: expected 24h or 2h, found "%"', agendamento_lembretes.qual using errcode = '22023';
    end if;
    select e.fuso into v_fuso from empresas e where e.id = agendamento_lembretes.empresa;
    if agendamento_lembretes.qual = '24h' then
        v_de := ((ocorrencia at time zone v_fuso)::date + 1)::timestamp at time zone v_fuso;
        v_ate := ((ocorrencia at time zone v_fuso)::date + 2)::timestamp at time zone v_fuso;
    else
        v_de := ocorrencia + interval '2 hours';
        v_ate := ocorrencia + interval '3 hours';
    end if;
    for a in
        select x.*
        from agendamentos x
        where x.empresa_id = agendamento_lembretes.empresa
          and x.inicio >= v_de and x.inicio < v_ate
          and x.status in ('agendado', 'confirmado')
        order by x.id
    loop
        perform agendamento_plan(a.id);
        v_alvos := v_alvos || a.id;
    end loop;
    with da_vez as (
        select d.id, d.status, d.motivo
        from disparos d
        where d.alvo_id = any (v_alvos) and d.regra_id = v_regra.id and (d.metadata ->> 'data')::timestamptz >= v_de
        order by d.id
        for update
    ), agora_mesmo as (
        update disparos d set quando = least(d.quando, v_agora)
        from da_vez v
        where d.id = v.id and v.status = 'planejado'
        returning d.id
    )
    select (select count(*) from agora_mesmo), count(*) filter (where v.status in ('enfileirado', 'enviado', 'erro')),
        coalesce((
            select jsonb_object_agg(m.motivo, m.n)
            from (
                select w.motivo, count(*) as n from da_vez w where w.status in ('pulado', 'expirado') group by w.motivo) m),
            '{}')
    into v_planejados, v_enviados, v_pulados
    from da_vez v;
    return jsonb_build_object('planejados', v_planejados, 'ja_enviados', v_enviados, 'pulados', v_pulados);
end
$$;
grant execute on function agendamento_lembretes(text, uuid, timestamptz) to carteiro_planner;
