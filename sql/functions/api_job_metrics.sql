-- api_job_metrics: GET /jobs/metrics.
create or replace function api_job_metrics(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_empresa('company_id', p ->> 'company_id'), api_empresa('empresa', p ->> 'empresa');
    return job_metrics(empresa_atual()::text);
end
$$;
grant execute on function api_job_metrics(jsonb, jsonb) to carteiro_api;
