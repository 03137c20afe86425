-- api_empresa_metrics: GET /empresas/metrics: what the queue knows of the key's company, for its own
-- Prometheus.
create or replace function api_empresa_metrics(p jsonb, c jsonb)
returns text
language sql
set search_path = carteiro, pg_temp
as $$
    select resumo_texto()
$$;
grant execute on function api_empresa_metrics(jsonb, jsonb) to carteiro_api;
