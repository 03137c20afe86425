-- api_aviso_listar: GET /avisos: what somebody still has to look at, oldest first: a page, and in `depois` what asks for the next.
create or replace function api_aviso_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'avisos', coalesce(jsonb_agg(api_aviso_json(k.aviso) order by k.id) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id))[api_limite(p)] end)
    from (
        select x.id, x as aviso, row_number() over (order by x.id) as n
        from avisos x
        where x.visto_em is null
          and (p ->> 'depois' is null or x.id > (p ->> 'depois')::bigint)
        order by x.id
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_aviso_listar(jsonb, jsonb) to carteiro_api;
