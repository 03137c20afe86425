-- agendamento_lock: the appointment, locked for change (agendamentos_lock); raises 22023 when there is none.
create or replace function agendamento_lock(id uuid)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendamentos;
begin
    perform agendamentos_lock(array[agendamento_lock.id]);
    select x.* into a from agendamentos x where x.id = agendamento_lock.id;
    if a.id is null then
        raise exception 'id: there is no agendamento %', coalesce(agendamento_lock.id::text, 'without an id')
            using errcode = '22023';
    end if;
    return a;
end
$$;
