-- fila_fim_guardar: a finished message keeps its status when people UPDATE; fila_months puts this
-- trigger on every month.
create or replace function fila_fim_guardar()
returns trigger
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    raise exception 'status: the message is % and stays so', old.status
        using errcode = '23514', hint = 'fila_reprocessar(id) puts a message that was not sent back.';
end
$$;
