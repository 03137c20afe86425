-- fila_fim_guardar: a finished message keeps its status when people UPDATE; fila_months puts this
-- trigger on every month.
--
-- Whoever cancels what has just ended is passed over with a NOTICE, and not counted: no error for
-- losing a race. Any other change of status is refused.
create or replace function fila_fim_guardar()
returns trigger
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    if new.status = 'cancelada' then
        raise notice 'fila_mensagens: % is % already and stays so', old.id, old.status;
        return null;
    end if;
    raise exception 'status: the message is % and stays so', old.status
        using errcode = '23514', hint = 'fila_reprocessar(id) puts back a message that was not sent.';
end
$$;
