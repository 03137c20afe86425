-- api_textos: a JSON list of strings as an array; null when it is absent or null.
create or replace function api_textos(lista jsonb)
returns text[]
language sql immutable
set search_path = carteiro, pg_temp
as $$
    select case when jsonb_typeof(lista) = 'array' then array(select jsonb_array_elements_text(lista)) end
$$;
grant execute on function api_textos(jsonb) to carteiro_api;
