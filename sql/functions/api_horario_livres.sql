-- api_horario_livres: GET /horarios/livres: free slots from `de` (now) until `ate` (7 days later), of all or of `profissional`; `limite`
-- of them.
create or replace function api_horario_livres(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('horarios', coalesce(jsonb_agg(to_jsonb(x) order by x.inicio, x.profissional nulls first), '[]'))
    from (
        select h.*
        from horarios_livres(empresa_atual(), coalesce((p ->> 'de')::timestamptz, agora()),
            coalesce((p ->> 'ate')::timestamptz, coalesce((p ->> 'de')::timestamptz, agora()) + interval '7 days'),
            p ->> 'profissional') h
        order by h.inicio, h.profissional nulls first
        limit api_limite(p)
    ) as x
$$;
grant execute on function api_horario_livres(jsonb, jsonb) to carteiro_api;
