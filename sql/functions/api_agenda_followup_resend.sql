-- api_agenda_followup_resend: POST /api/agenda/followups/{id}/resend: see agendamento_reenviar.
create or replace function api_agenda_followup_resend(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(agendamento_reenviar((api_agendamento(p)).id));
end
$$;
grant execute on function api_agenda_followup_resend(jsonb, jsonb) to carteiro_api;
