-- api_consentimento_revogar: POST /clientes/{id}/consentimentos/revogar.
create or replace function api_consentimento_revogar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform consentimento_revogar((api_cliente(p)).id, c ->> 'finalidade');
    return api_cliente_json(api_cliente(p));
end
$$;
grant execute on function api_consentimento_revogar(jsonb, jsonb) to carteiro_api;
