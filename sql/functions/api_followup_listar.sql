-- api_followup_listar: GET /followups.
create or replace function api_followup_listar(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('followups', coalesce(jsonb_agg(to_jsonb(x)), '[]'))
    from followup_listar(p ->> 'user_id', p ->> 'status', api_limite(p), empresa_atual()::text) x
$$;
grant execute on function api_followup_listar(jsonb, jsonb) to carteiro_api;
