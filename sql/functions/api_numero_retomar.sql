-- api_numero_retomar: POST /numeros/{id}/retomar.
create or replace function api_numero_retomar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_retomar(numero => (api_numero(p)).identificador);
    return '{"status": "ativo"}';
end
$$;
grant execute on function api_numero_retomar(jsonb, jsonb) to carteiro_api;
