-- fila_mensagens_acordar: after an INSERT by people, wakes the senders when something is due; before
-- that it refuses an id that a finished message has: another part, another key, and the end of the
-- new one could not be stored.
--
-- A statement trigger on the parent: it fires for the fleet's moves too, which carry finished
-- rows only and end at the first look. Ids are probed one by one: a join would read the month.
create or replace function fila_mensagens_acordar()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_velha uuid;
begin
    if (select n.encerrada_em from novas n limit 1) is distinct from 'infinity' then
        return null;
    end if;
    select n.id into v_velha
    from novas n
    cross join lateral (
        select 1
        from fila_mensagens f
        where f.id = n.id
          and f.encerrada_em between v_agora - interval '31 days' and v_agora + interval '1 day'
        offset 0) as velha
    limit 1;
    if v_velha is not null then
        raise exception 'id: there was a message % already', v_velha using errcode = '23505';
    end if;
    if exists (select 1 from novas n where n.agendar_para <= v_agora) then
        perform fila_wake();
    end if;
    return null;
end
$$;
create or replace trigger fila_mensagens_acordar
    after insert on fila_mensagens
    referencing new table as novas
    for each statement
    execute function fila_mensagens_acordar();
