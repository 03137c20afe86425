-- (integer, integer, bigint, bigint) -> (n integer)
select fila_release($1, $2, $3, $4) as n
