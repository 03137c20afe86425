-- agendamento_cancelar: the appointment is cancelado; see agendamento_status. Returns the row.
create or replace function agendamento_cancelar(id uuid)
returns agendamentos
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select * from agendamento_status(agendamento_cancelar.id, 'cancelado')
$$;
grant execute on function agendamento_cancelar(uuid) to carteiro_ops_escrita;
