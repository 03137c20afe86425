-- api_conversa_mostrar: GET /conversas/{id}.
create or replace function api_conversa_mostrar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return api_conversa_json(api_conversa(p));
end
$$;
grant execute on function api_conversa_mostrar(jsonb, jsonb) to carteiro_api;
