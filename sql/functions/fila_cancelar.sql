-- fila_cancelar: cancels one message that waits. Returns its status afterwards: cancelada, or
-- processando when it is being sent right now, or the final state it had already.
--
-- Raises 22023 when there is no such message.
create or replace function fila_cancelar(id uuid)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    estado text;
begin
    perform fila_move(array[fila_cancelar.id], 'cancelada', array['cancelada por ' || session_user]);
    select f.status into estado from fila_mensagens f where f.id = fila_cancelar.id;
    if estado is null then
        raise exception 'id: there is no message %', fila_cancelar.id using errcode = '22023';
    end if;
    return estado;
end
$$;
grant execute on function fila_cancelar(uuid) to carteiro_ops_escrita;
