-- api_fila_mostrar: GET /fila/{id}.
create or replace function api_fila_mostrar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return api_fila_json(api_fila(p));
end
$$;
grant execute on function api_fila_mostrar(jsonb, jsonb) to carteiro_api;
