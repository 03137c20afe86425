-- (integer, integer) -> (n integer)
select fila_release($1, $2) as n
