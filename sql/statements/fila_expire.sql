-- (integer) -> (n integer)
select fila_expire($1) as n
