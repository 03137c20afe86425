-- api_agendamento_listar: GET /agendamentos: those that start from `de` (today) until `ate` (8 days later).
create or replace function api_agendamento_listar(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('agendamentos', coalesce(jsonb_agg(api_agendamento_json(a) order by a.inicio, a.id), '[]'))
    from agendamento_listar((p ->> 'de')::timestamptz, (p ->> 'ate')::timestamptz, p ->> 'status', api_limite(p),
        empresa_atual()::text) a
$$;
grant execute on function api_agendamento_listar(jsonb, jsonb) to carteiro_api;
