-- agendamentos_lock: locks appointments for change, with the firings that they may void: those first, by id, as
-- whoever ends a firing locks it before it tells the appointment.
create or replace function agendamentos_lock(ids uuid[])
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
begin
    if coalesce(cardinality(ids), 0) = 0 then
        return;
    end if;
    perform 1
    from disparos d
    where d.alvo_id = any (ids) and d.status in ('planejado', 'enfileirado')
    order by d.id
    for update;
    perform 1
    from agendamentos x
    where x.id = any (ids)
    order by x.id
    for update;
end
$$;
