-- api_openapi_ler: GET /openapi.json: what api_documentar made of api_openapi.
create or replace function api_openapi_ler(p jsonb, c jsonb)
returns text
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select d.texto from api_documentos d where d.nome = 'openapi'
$$;
grant execute on function api_openapi_ler(jsonb, jsonb) to carteiro_api;
