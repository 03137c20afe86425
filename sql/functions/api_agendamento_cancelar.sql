-- api_agendamento_cancelar: POST /agendamentos/{id}/cancelar.
create or replace function api_agendamento_cancelar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(agendamento_cancelar((api_agendamento(p)).id));
end
$$;
grant execute on function api_agendamento_cancelar(jsonb, jsonb) to carteiro_api;
