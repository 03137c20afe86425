-- api_campanha_previa: GET /campanhas/{id}/previa.
create or replace function api_campanha_previa(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return campanha_previa((api_campanha(p)).id);
end
$$;
grant execute on function api_campanha_previa(jsonb, jsonb) to carteiro_api;
