-- job_24h: the 24 h reminders of a company (left out: of every company), as its batch would take them now.
-- Returns {planejados, ja_enviados, pulados {motivo: n}}.
create or replace function job_24h(empresa text default null)
returns jsonb
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select job_sum(array_agg(agendamento_lembretes('24h', e.id, agora())))
    from empresas e
    where job_24h.empresa is null or e.id = empresa_resolver(job_24h.empresa)
$$;
grant execute on function job_24h(text) to carteiro_ops_escrita;
