-- api_documentar: makes the two documents of the API anew, which are the same for everybody until a release changes
-- the routes, and take a tenth of a second to make. Called by schema_prepare.
create or replace function api_documentar()
returns void
language sql
set search_path = carteiro, pg_temp
as $$
    insert into api_documentos as d (nome, texto)
    values ('openapi', api_openapi()::text), ('docs', api_docs('{}', '{}'))
    on conflict (nome) do update set texto = excluded.texto
    where d.texto <> excluded.texto
$$;
