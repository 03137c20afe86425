-- agendamento_plan_lembretes: plans the two reminders of an appointment that is to come; see agendamento_plan.
--
-- A reminder outside the transactional window moves earlier, never past the event. One that is late already is
-- written down as pulado with its reason; so is the 2 h one where that brings it together with the other.
-- The 24 h one is worth nothing once the 2 h one is due: after a day without a planner only that leaves. Where
-- reminders go in batches they wait for the batch until the start. Delays are those of the rules.
create or replace function agendamento_plan_lembretes(a agendamentos)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_fuso text;
    v_qual text;
    v_regra regras_followup;
    v_exato boolean;
    v_quando timestamptz;
    v_24h timestamptz;
    v_ate timestamptz;
    v_motivo text;
    v_vez text;
    v_disparo bigint;
begin
    select coalesce(c.fuso, e.fuso) into v_fuso
    from clientes c
    join empresas e on e.id = a.empresa_id
    where c.id = a.cliente_id;
    foreach v_qual in array array['24h', '2h'] loop
        v_regra := regra_get('lembrete_' || v_qual, a.empresa_id);
        v_exato := agendamento_exato(a.empresa_id, v_qual);
        v_quando := case when v_exato then janela_antes(a.empresa_id, v_regra.proposito, v_fuso, a.inicio + v_regra.atraso)
            else a.inicio end;
        v_motivo := case
            when v_quando is null then 'sem janela de envio antes do horário'
            when v_quando <= v_agora then 'marcado depois do horário do lembrete'
            when v_exato and v_quando < a.inicio + v_regra.atraso and v_quando < v_24h + interval '1 hour'
                then 'sairia junto com o lembrete de 24 h'
        end;
        if v_qual = '24h' and v_exato and v_motivo is null and v_regra.ativa then
            v_24h := v_quando;
        end if;
        v_vez := agendamento_vez(a, v_regra.id);
        continue when v_vez is null;
        v_ate := case when v_qual = '24h' and v_exato and agendamento_exato(a.empresa_id, '2h') then (
            select janela_antes(a.empresa_id, r.proposito, v_fuso, a.inicio + r.atraso)
            from regras_followup r
            where r.empresa_id = a.empresa_id and r.nome = 'lembrete_2h' and r.ativa) end;
        v_disparo := disparo_plan(v_regra.nome, a.empresa_id, a.id, v_vez, a.cliente_id, coalesce(v_quando, v_agora),
            case when v_ate > v_quando + interval '1 hour' then v_ate else a.inicio end, agendamento_metadata(a));
        if v_motivo is not null then
            update disparos d
            set status = 'pulado', encerrado_em = v_agora, motivo = v_motivo
            where d.id = v_disparo;
        end if;
    end loop;
end
$$;
