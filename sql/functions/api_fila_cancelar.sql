-- api_fila_cancelar: POST /fila/{id}/cancelar.
create or replace function api_fila_cancelar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_cancelar((api_fila(p)).id);
    return api_fila_json(api_fila(p));
end
$$;
grant execute on function api_fila_cancelar(jsonb, jsonb) to carteiro_api;
