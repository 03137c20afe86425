-- api_proativo_listar: GET /mensagens_proativas, the newest first: a page, and in `depois` what asks for the next.
create or replace function api_proativo_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'mensagens', coalesce(jsonb_agg(api_proativo_json(k.mensagem) order by k.id desc) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id desc))[api_limite(p)] end)
    from (
        select x.id, x as mensagem, row_number() over (order by x.id desc) as n
        from mensagens_proativas x
        where (p ->> 'status' is null or x.status = p ->> 'status')
          and (p ->> 'type' is null or x.tipo = p ->> 'type')
          and (p ->> 'depois' is null or x.id < (p ->> 'depois')::uuid)
        order by x.id desc
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_proativo_listar(jsonb, jsonb) to carteiro_api;
