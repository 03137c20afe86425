-- agendamento_remarcar: moves an appointment; its length stays when `fim` is left out. What was planned for
-- the old time is void, what the new one brings is planned. Returns the row.
create or replace function agendamento_remarcar(id uuid, inicio timestamptz, fim timestamptz default null)
returns agendamentos
language sql security definer
set search_path = carteiro, pg_temp
as $$
    select * from agendamento_salvar(id => agendamento_remarcar.id, inicio => agendamento_remarcar.inicio,
        fim => agendamento_remarcar.fim)
$$;
grant execute on function agendamento_remarcar(uuid, timestamptz, timestamptz) to carteiro_ops_escrita;
