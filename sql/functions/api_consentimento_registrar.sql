-- api_consentimento_registrar: POST /clientes/{id}/consentimentos.
create or replace function api_consentimento_registrar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform consentimento_registrar((api_cliente(p)).id, c ->> 'finalidade', c ->> 'texto',
        coalesce(c ->> 'canal', 'api'), c ->> 'evidencia');
    return api_cliente_json(api_cliente(p));
end
$$;
grant execute on function api_consentimento_registrar(jsonb, jsonb) to carteiro_api;
