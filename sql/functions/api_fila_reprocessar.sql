-- api_fila_reprocessar: POST /fila/{id}/reprocessar: what ended unsent goes back into the queue.
create or replace function api_fila_reprocessar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_reprocessar((api_fila(p)).id);
    return api_fila_json(api_fila(p)); -- as it is now: another statement, another snapshot
end
$$;
grant execute on function api_fila_reprocessar(jsonb, jsonb) to carteiro_api;
