-- (integer, text) -> (fila_throttled double precision)
select fila_throttled($1, $2)
