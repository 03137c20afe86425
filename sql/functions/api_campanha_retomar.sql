-- api_campanha_retomar: POST /campanhas/{id}/retomar.
create or replace function api_campanha_retomar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform campanha_retomar((api_campanha(p)).id);
    return '{"status": "ativa"}';
end
$$;
grant execute on function api_campanha_retomar(jsonb, jsonb) to carteiro_api;
