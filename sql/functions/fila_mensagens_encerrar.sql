-- fila_mensagens_encerrar: moves the rows that a person's UPDATE finished, in the same statement,
-- with their effects.
--
-- On the parent: it does not fire for statements that name fila_ativa, which are the fleet's.
create or replace function fila_mensagens_encerrar()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    canceladas uuid[];
begin
    select array_agg(n.id) into canceladas
    from novas n
    where n.encerrada_em = 'infinity' and n.status = 'cancelada';
    if canceladas is not null then
        perform fila_move(canceladas, 'cancelada', array['cancelada por ' || session_user]);
    end if;
    return null;
end
$$;
create or replace trigger fila_mensagens_encerrar
    after update on fila_mensagens
    referencing new table as novas
    for each statement
    when (current_user <> 'carteiro_owner')
    execute function fila_mensagens_encerrar();
