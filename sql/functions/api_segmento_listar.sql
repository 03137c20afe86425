-- api_segmento_listar: GET /segmentos.
create or replace function api_segmento_listar(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('segmentos', coalesce(jsonb_agg(to_jsonb(s)), '[]')) from segmento_listar(empresa_atual()::text) s
$$;
grant execute on function api_segmento_listar(jsonb, jsonb) to carteiro_api;
