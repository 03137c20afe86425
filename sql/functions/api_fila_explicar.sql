-- api_fila_explicar: GET /fila/{id}/explicar.
create or replace function api_fila_explicar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return to_jsonb(x) from fila_explicar((api_fila(p)).id) x;
end
$$;
grant execute on function api_fila_explicar(jsonb, jsonb) to carteiro_api;
