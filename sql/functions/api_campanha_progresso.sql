-- api_campanha_progresso: GET /campanhas/{id}/progresso.
create or replace function api_campanha_progresso(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return campanha_progresso((api_campanha(p)).id);
end
$$;
grant execute on function api_campanha_progresso(jsonb, jsonb) to carteiro_api;
