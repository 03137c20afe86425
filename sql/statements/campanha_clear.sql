-- (integer) -> (n integer)
select campanha_clear($1) as n
