-- (jsonb) -> (linha json)
select json_build_object('status', fila_cancelar(id => ($1 ->> 'id')::uuid)) as linha
