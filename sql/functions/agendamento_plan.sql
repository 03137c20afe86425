-- agendamento_plan: plans what an appointment brings: reminders 24 h and 2 h before, and the message an hour
-- after its end to whoever allowed it. What is planned already stays; repeatable. The caller has locked it.
create or replace function agendamento_plan(id uuid)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    a agendamentos;
    v_regra regras_followup;
    v_vez text;
begin
    select x.* into a from agendamentos x where x.id = agendamento_plan.id;
    if a.status in ('agendado', 'confirmado') and a.inicio > v_agora then
        perform agendamento_plan_lembretes(a);
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
