-- (integer) -> (n integer)
select disparos_enqueue($1) as n
