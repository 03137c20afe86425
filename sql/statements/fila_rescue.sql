-- (integer, bigint, bigint) -> (n integer)
select fila_rescue($1, $2, $3) as n
