-- api_agendamento_status: POST /agendamentos/{id}/status.
create or replace function api_agendamento_status(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(agendamento_status((api_agendamento(p)).id, c ->> 'status'));
end
$$;
grant execute on function api_agendamento_status(jsonb, jsonb) to carteiro_api;
