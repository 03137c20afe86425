-- api_conversa_listar: GET /conversas: those that go on (or with status the ended ones), the newest first: a page, and in
-- `depois` what asks for the next.
create or replace function api_conversa_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'conversas', coalesce(jsonb_agg(api_conversa_json(k.conversa) order by k.id desc) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id desc))[api_limite(p)] end)
    from (
        select x.id, x as conversa, row_number() over (order by x.id desc) as n
        from conversas x
        where x.status = coalesce(p ->> 'status', 'ativa')
          and (p ->> 'controlada_por' is null or x.controlada_por = p ->> 'controlada_por')
          and (p ->> 'etapa' is null or x.etapa = p ->> 'etapa')
          and (p ->> 'cliente_id' is null or x.cliente_id = (p ->> 'cliente_id')::uuid)
          and (p ->> 'depois' is null or x.id < (p ->> 'depois')::uuid)
        order by x.id desc
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_conversa_listar(jsonb, jsonb) to carteiro_api;
