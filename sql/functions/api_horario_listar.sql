-- api_horario_listar: GET /horarios: the opening hours, by day and time.
create or replace function api_horario_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('horarios', coalesce(jsonb_agg(to_jsonb(h) - 'empresa_id' order by h.dia, h.inicio, h.id), '[]'))
    from horarios_atendimento h
$$;
grant execute on function api_horario_listar(jsonb, jsonb) to carteiro_api;
