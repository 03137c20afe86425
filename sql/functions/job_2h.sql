-- job_2h: the 2 h reminders of a company (left out: of every company), as its batch would take them now.
-- Returns {planejados, ja_enviados, pulados {motivo: n}}.
create or replace function job_2h(empresa text default null)
returns jsonb
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select job_sum(array_agg(agendamento_lembretes('2h', e.id, agora())))
    from empresas e
    where job_2h.empresa is null or e.id = empresa_resolver(job_2h.empresa)
$$;
grant execute on function job_2h(text) to carteiro_ops_escrita;
