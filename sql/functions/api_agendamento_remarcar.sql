-- api_agendamento_remarcar: POST /agendamentos/{id}/remarcar: its length stays when `fim` is left out.
create or replace function api_agendamento_remarcar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_agendamento_json(agendamento_remarcar((api_agendamento(p)).id, (c ->> 'inicio')::timestamptz,
        (c ->> 'fim')::timestamptz));
end
$$;
grant execute on function api_agendamento_remarcar(jsonb, jsonb) to carteiro_api;
