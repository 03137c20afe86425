-- api_campanha_listar: GET /campanhas: a page, and in `depois` what asks for the next (null: it was the last).
create or replace function api_campanha_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'campanhas', coalesce(jsonb_agg(api_campanha_json(k.campanha) order by k.id desc) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then
            (array_agg(k.id order by k.id desc))[api_limite(p)] end)
    from (
        select x.id, x as campanha, row_number() over (order by x.id desc) as n
        from campanhas x
        where (p ->> 'status' is null or x.status = p ->> 'status')
          and (p ->> 'depois' is null or x.id < (p ->> 'depois')::uuid)
        order by x.id desc
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_campanha_listar(jsonb, jsonb) to carteiro_api;
