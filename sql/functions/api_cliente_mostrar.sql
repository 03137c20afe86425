-- api_cliente_mostrar: GET /clientes/{id}.
create or replace function api_cliente_mostrar(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return api_cliente_json(api_cliente(p));
end
$$;
grant execute on function api_cliente_mostrar(jsonb, jsonb) to carteiro_api;
