-- api_conversa_devolver: POST /conversas/{id}/devolver.
create or replace function api_conversa_devolver(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_conversa_json(conversa_devolver((api_conversa(p)).id));
end
$$;
grant execute on function api_conversa_devolver(jsonb, jsonb) to carteiro_api;
