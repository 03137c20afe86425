-- api_job_2h: POST /jobs/reminders/2h.
create or replace function api_job_2h(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform api_empresa('company_id', c ->> 'company_id'), api_empresa('empresa', c ->> 'empresa');
    return job_2h(empresa_atual()::text);
end
$$;
grant execute on function api_job_2h(jsonb, jsonb) to carteiro_api;
