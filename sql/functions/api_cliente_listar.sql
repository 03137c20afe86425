-- api_cliente_listar: GET /clientes: a page by id, and in `depois` what asks for the next; or the person of a phone,
-- by any variant of it.
create or replace function api_cliente_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'clientes', coalesce(jsonb_agg(api_cliente_json(k.cliente) order by k.id) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id))[api_limite(p)] end)
    from (
        select x.id, x as cliente, row_number() over (order by x.id) as n
        from clientes x
        where (p ->> 'telefone' is null or x.telefone = any (telefone_variantes(telefone_exigir(p ->> 'telefone'))))
          and (p ->> 'depois' is null or x.id > (p ->> 'depois')::uuid)
          and x.telefone is distinct from '' -- walks clientes_segmento
        order by x.id
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_cliente_listar(jsonb, jsonb) to carteiro_api;
