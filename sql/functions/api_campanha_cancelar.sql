-- api_campanha_cancelar: POST /campanhas/{id}/cancelar.
create or replace function api_campanha_cancelar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform campanha_cancelar((api_campanha(p)).id);
    return '{"status": "cancelada"}';
end
$$;
grant execute on function api_campanha_cancelar(jsonb, jsonb) to carteiro_api;
