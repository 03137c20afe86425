-- api_followup_listar: GET /followups, the newest first: a page, and in `depois` what asks for the next.
create or replace function api_followup_listar(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object(
        'followups', coalesce(jsonb_agg(to_jsonb(k.followup) - 'empresa_id' order by k.id desc) filter (where k.n <= api_limite(p)), '[]'),
        'depois', case when count(*) > api_limite(p) then (array_agg(k.id order by k.id desc))[api_limite(p)] end)
    from (
        select x.id, x as followup, row_number() over (order by x.id desc) as n
        from followup_listar(p ->> 'user_id', p ->> 'status', api_limite(p) + 1, empresa_atual()::text, (p ->> 'depois')::bigint) x
    ) as k
$$;
grant execute on function api_followup_listar(jsonb, jsonb) to carteiro_api;
