-- api_auditoria_listar: GET /auditoria: who did what, the newest first: a page, and in `depois` what asks for the next.
create or replace function api_auditoria_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'auditoria', coalesce(jsonb_agg(k.linha - 'empresa_id' order by k.id desc) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id desc))[api_limite(p)] end)
    from (
        select x.id, to_jsonb(x) as linha, row_number() over (order by x.id desc) as n
        from auditoria x
        where x.empresa_id = empresa_atual() -- said again for the index
          and (p ->> 'action' is null or x.action = p ->> 'action')
          and (p ->> 'alvo' is null or x.alvo = p ->> 'alvo')
          and (p ->> 'depois' is null or x.id < (p ->> 'depois')::bigint)
        order by x.id desc
        limit api_limite(p) + 1
    ) as k
$$;
grant execute on function api_auditoria_listar(jsonb, jsonb) to carteiro_api;
