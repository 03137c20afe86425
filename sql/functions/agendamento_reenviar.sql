-- agendamento_reenviar: sends the message after the visit again, of an appointment whose answer is still
-- missing or was free text; once a day. Returns the row.
--
-- Raises 55000 with the reason: answered yes or no, no permission, not sent yet, sent again today.
create or replace function agendamento_reenviar(id uuid)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendamentos := agendamento_lock(agendamento_reenviar.id);
    v_regra constant regras_followup := regra_get('pos_atendimento', a.empresa_id);
    v_dia date;
    v_disparo bigint;
begin
    if a.followup_resposta in ('positive', 'negative') then
        raise exception 'id: already answered (%)', a.followup_resposta using errcode = '55000';
    end if;
    if not a.permite_followup or a.status in ('cancelado', 'faltou') then
        raise exception 'id: the person did not allow it, or was not there' using errcode = '55000';
    end if;
    if a.followup_enviado_em is null then
        raise exception 'id: not sent yet; it goes by itself' using errcode = '55000';
    end if;
    select (agora() at time zone e.fuso)::date into v_dia from empresas e where e.id = a.empresa_id;
    v_disparo := disparo_plan(v_regra.nome, a.empresa_id, a.id, 'reenvio ' || v_dia || '#' || a.versao, a.cliente_id,
        agora(), null, agendamento_metadata(a));
    if v_disparo is null then
        raise exception 'id: sent again today already, or the rule is switched off' using errcode = '55000';
    end if;
    update agendamentos x set followup_proximo_em = agora(), updated_at = agora() where x.id = a.id returning * into a;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (a.empresa_id, 'followup_reenviado', a.id::text, jsonb_build_object('disparo_id', v_disparo));
    notify carteiro_planner;
    return a;
end
$$;
grant execute on function agendamento_reenviar(uuid) to carteiro_ops_escrita;
