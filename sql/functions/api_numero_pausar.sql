-- api_numero_pausar: POST /numeros/{id}/pausar.
create or replace function api_numero_pausar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_pausar(c ->> 'motivo', (c ->> 'ate')::timestamptz, numero => (api_numero(p)).identificador);
    return '{"status": "pausado"}';
end
$$;
grant execute on function api_numero_pausar(jsonb, jsonb) to carteiro_api;
