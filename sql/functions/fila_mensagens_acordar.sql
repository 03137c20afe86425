-- fila_mensagens_acordar: after an INSERT by people, wakes the senders when something is due.
--
-- A statement trigger on the parent: it fires for the fleet's moves too, which carry finished
-- rows only and end at the first look.
create or replace function fila_mensagens_acordar()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if (select n.encerrada_em from novas n limit 1) = 'infinity'
            and exists (select 1 from novas n where n.agendar_para <= agora()) then
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
