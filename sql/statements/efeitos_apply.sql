-- (integer) -> (n integer)
select efeitos_apply($1) as n
