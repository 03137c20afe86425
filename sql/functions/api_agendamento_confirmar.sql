-- api_agendamento_confirmar: POST /agendamentos/{id}/confirmar.
create or replace function api_agendamento_confirmar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(agendamento_confirmar((api_agendamento(p)).id));
end
$$;
grant execute on function api_agendamento_confirmar(jsonb, jsonb) to carteiro_api;
