-- api_agendamento_json: an appointment as the API shows it.
create or replace function api_agendamento_json(a agendamentos)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', a.id, 'externo_id', a.externo_id, 'cliente_id', a.cliente_id, 'inicio', a.inicio,
        'fim', a.fim, 'servico', a.servico, 'profissional', a.profissional, 'valor', a.valor, 'pet_id', a.pet_id,
        'status', a.status, 'permite_followup', a.permite_followup, 'followup_enviado_em', a.followup_enviado_em,
        'followup_resposta', a.followup_resposta, 'followup_proximo_em', a.followup_proximo_em, 'versao', a.versao,
        'metadata', a.metadata)
$$;
grant execute on function api_agendamento_json(agendamentos) to carteiro_api;
