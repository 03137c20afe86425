-- (bigint) -> (destino text, ha_ms bigint)
select * from fila_reach($1)
