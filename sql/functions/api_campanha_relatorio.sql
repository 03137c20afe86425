-- api_campanha_relatorio: GET /campanhas/{id}/relatorio.
create or replace function api_campanha_relatorio(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return campanha_relatorio((api_campanha(p)).id);
end
$$;
grant execute on function api_campanha_relatorio(jsonb, jsonb) to carteiro_api;
