-- agendamento_responder: the person answered the message after the visit: positive, negative or feedback.
-- Nothing more is sent about it. Returns the row.
create or replace function agendamento_responder(id uuid, resposta text, texto text default null)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendamentos := agendamento_lock(agendamento_responder.id);
begin
    if agendamento_responder.resposta is null
            or agendamento_responder.resposta not in ('positive', 'negative', 'feedback') then
        raise exception 'resposta: expected positive, negative or feedback, found "%"', agendamento_responder.resposta
            using errcode = '22023';
    end if;
    update agendamentos x
    set followup_resposta = agendamento_responder.resposta, followup_proximo_em = null, updated_at = agora()
    where x.id = a.id
    returning * into a;
    perform disparo_cancel(a.id, 'respondeu', '{pos_atendimento}');
    if agendamento_responder.resposta = 'feedback' and btrim(coalesce(texto, '')) <> '' then
        insert into feedback_eventos (empresa_id, cliente_id, agendamento_id, texto)
        values (a.empresa_id, a.cliente_id, a.id, agendamento_responder.texto);
    end if;
    if agendamento_responder.resposta in ('positive', 'negative') then
        perform contador_somar(a.empresa_id, 'followups_' || agendamento_responder.resposta, 1);
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (a.empresa_id, 'followup_response', a.id::text, jsonb_strip_nulls(jsonb_build_object(
        'response', agendamento_responder.resposta,
        'feedback', case agendamento_responder.resposta when 'feedback' then agendamento_responder.texto end)));
    return a;
end
$$;
grant execute on function agendamento_responder(uuid, text, text) to carteiro_ops_escrita;
