-- api_campanha_pausar: POST /campanhas/{id}/pausar.
create or replace function api_campanha_pausar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform campanha_pausar((api_campanha(p)).id, coalesce(c ->> 'motivo', 'pela API'), (c ->> 'ate')::timestamptz);
    return '{"status": "pausada"}';
end
$$;
grant execute on function api_campanha_pausar(jsonb, jsonb) to carteiro_api;
