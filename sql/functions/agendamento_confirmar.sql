-- agendamento_confirmar: the appointment is confirmado; see agendamento_status. Returns the row.
create or replace function agendamento_confirmar(id uuid)
returns agendamentos
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select * from agendamento_status(agendamento_confirmar.id, 'confirmado')
$$;
grant execute on function agendamento_confirmar(uuid) to carteiro_ops_escrita;
