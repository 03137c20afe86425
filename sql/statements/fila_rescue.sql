-- (integer, bigint) -> (n integer)
select fila_rescue($1, $2) as n
