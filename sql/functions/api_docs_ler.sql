-- api_docs_ler: GET /docs: what api_documentar made of api_docs.
create or replace function api_docs_ler(p jsonb, c jsonb)
returns text
language sql stable parallel safe
set search_path = carteiro, pg_temp
as $$
    select d.texto from api_documentos d where d.nome = 'docs'
$$;
grant execute on function api_docs_ler(jsonb, jsonb) to carteiro_api;
