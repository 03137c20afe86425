-- agendamento_status: agendado, confirmado, realizado, faltou or cancelado, and what follows: cancelado voids
-- all that was planned, faltou the message after the visit, realizado the one to who did not come, also
-- when it is said late. Back to agendado or confirmado plans anew. Returns the row.
create or replace function agendamento_status(id uuid, status text)
returns agendamentos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendamentos;
begin
    if agendamento_status.status is null
            or agendamento_status.status not in ('agendado', 'confirmado', 'realizado', 'faltou', 'cancelado') then
        raise exception 'status: expected agendado, confirmado, realizado, faltou or cancelado, found "%"',
            agendamento_status.status using errcode = '22023';
    end if;
    a := agendamento_lock(agendamento_status.id);
    if a.status = agendamento_status.status then
        return a;
    end if;
    update agendamentos x
    set status = agendamento_status.status, updated_at = agora()
    where x.id = a.id;
    perform disparo_cancel(a.id, 'agendamento ' || agendamento_status.status, case agendamento_status.status
        when 'cancelado' then null
        when 'faltou' then '{lembrete_24h,lembrete_2h,pos_atendimento}'::text[]
        when 'realizado' then '{lembrete_24h,lembrete_2h,falta}'::text[]
        else '{falta}'::text[] end);
    perform agendamento_plan(a.id);
    insert into auditoria (empresa_id, action, alvo, payload)
    values (a.empresa_id, 'agendamento_' || agendamento_status.status, a.id::text, jsonb_build_object('antes', a.status));
    select x.* into a from agendamentos x where x.id = a.id;
    return a;
end
$$;
grant execute on function agendamento_status(uuid, text) to carteiro_ops_escrita;
