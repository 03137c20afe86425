-- api_job_no_shows: POST /jobs/no-shows.
create or replace function api_job_no_shows(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_empresa('company_id', c ->> 'company_id'), api_empresa('empresa', c ->> 'empresa');
    return job_no_shows(empresa_atual()::text);
end
$$;
grant execute on function api_job_no_shows(jsonb, jsonb) to carteiro_api;
