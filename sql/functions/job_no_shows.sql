-- job_no_shows: writes to who did not come, of a company (left out: of every company). Returns {planejados,
-- pulados {motivo: n}}: see agendamento_no_shows.
create or replace function job_no_shows(empresa text default null)
returns jsonb
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select job_sum(array_agg(agendamento_no_shows(e.id)))
    from empresas e
    where job_no_shows.empresa is null or e.id = empresa_resolver(job_no_shows.empresa)
$$;
grant execute on function job_no_shows(text) to carteiro_ops_escrita;
