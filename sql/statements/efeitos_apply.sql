-- (integer) -> (n integer)
select efeitos_apply($1, 250) as n
