-- api_campanha_mostrar: GET /campanhas/{id}.
create or replace function api_campanha_mostrar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return api_campanha_json(api_campanha(p));
end
$$;
grant execute on function api_campanha_mostrar(jsonb, jsonb) to carteiro_api;
