-- api_limite: how many rows a page holds: what the query asks, 100 when it says nothing, 1,000 at most.
create or replace function api_limite(p jsonb)
returns integer
language sql immutable
set search_path = carteiro, pg_temp
as $$
    select least(greatest(coalesce((p ->> 'limite')::integer, 100), 1), 1000)
$$;
grant execute on function api_limite(jsonb) to carteiro_api;
