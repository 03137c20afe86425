-- api_agendamento_mostrar: GET /agendamentos/{id}.
create or replace function api_agendamento_mostrar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(api_agendamento(p));
end
$$;
grant execute on function api_agendamento_mostrar(jsonb, jsonb) to carteiro_api;
