-- api_campanha_iniciar: POST /campanhas/{id}/iniciar.
create or replace function api_campanha_iniciar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform campanha_iniciar((api_campanha(p)).id);
    return '{"status": "iniciada"}';
end
$$;
grant execute on function api_campanha_iniciar(jsonb, jsonb) to carteiro_api;
