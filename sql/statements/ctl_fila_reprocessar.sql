-- (jsonb) -> (linha json)
select json_build_object('id', fila_reprocessar(id => ($1 ->> 'id')::uuid)) as linha
