-- agendamento_plan: plans what an appointment brings: reminders 24 h and 2 h before, and the message an hour
-- after its end to whoever allowed it. What is planned already stays; repeatable.
--
-- A reminder outside the transactional window moves earlier, never past the event. One that is late
-- already is written down as pulado, with its reason. Where reminders go in batches they wait for the
-- batch until the start. Delays are those of the company's rules.
create or replace function agendamento_plan(id uuid)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    a agendamentos;
    v_fuso text;
    v_qual text;
    v_regra regras_followup;
    v_vez text;
    v_quando timestamptz;
    v_disparo bigint;
begin
    select x.* into a from agendamentos x where x.id = agendamento_plan.id;
    if a.status in ('agendado', 'confirmado') and a.inicio > v_agora then
        select coalesce(c.fuso, e.fuso) into v_fuso
        from clientes c
        join empresas e on e.id = a.empresa_id
        where c.id = a.cliente_id;
        foreach v_qual in array array['24h', '2h'] loop
            v_regra := regra_get('lembrete_' || v_qual, a.empresa_id);
            v_vez := agendamento_vez(a, v_regra.id);
            continue when v_vez is null;
            v_quando := case
                when agendamento_exato(a.empresa_id, v_qual)
                    then janela_antes(a.empresa_id, v_regra.proposito, v_fuso, a.inicio + v_regra.atraso)
                else a.inicio end;
            v_disparo := disparo_plan(v_regra.nome, a.empresa_id, a.id, v_vez, a.cliente_id,
                coalesce(v_quando, v_agora), a.inicio, agendamento_metadata(a));
            if v_quando is null or v_quando <= v_agora then
                update disparos d
                set status = 'pulado', encerrado_em = v_agora,
                    motivo = case when v_quando is null then 'sem janela de envio antes do horário'
                        else 'marcado depois do horário do lembrete' end
                where d.id = v_disparo;
            end if;
        end loop;
    end if;

    if a.permite_followup and a.status not in ('cancelado', 'faltou') and a.followup_resposta is null
            and not exists ( -- who was told that they were missed
                select 1
                from disparos d
                join regras_followup r on r.id = d.regra_id and r.nome = 'falta'
                where d.alvo_id = a.id and d.status in ('planejado', 'enfileirado', 'enviado')
                  and (d.metadata ->> 'data')::timestamptz = a.inicio) then
        v_regra := regra_get('pos_atendimento', a.empresa_id);
        v_vez := agendamento_vez(a, v_regra.id);
        if v_vez is not null and a.fim + v_regra.atraso > v_agora then
            perform disparo_plan(v_regra.nome, a.empresa_id, a.id, v_vez, a.cliente_id, a.fim + v_regra.atraso,
                null, agendamento_metadata(a));
        end if;
    end if;
    update agendamentos x
    set followup_proximo_em = d.quando
    from (
        select min(y.quando) as quando
        from disparos y
        join regras_followup r on r.id = y.regra_id and r.nome = 'pos_atendimento'
        where y.alvo_id = a.id and y.status in ('planejado', 'enfileirado')
    ) as d
    where x.id = a.id and x.followup_proximo_em is distinct from d.quando;
end
$$;
