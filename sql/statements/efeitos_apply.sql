-- (integer) -> (n integer)
select efeitos_apply($1, 100) as n
