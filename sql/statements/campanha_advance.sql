-- (integer, integer) -> (n integer)
select coalesce(sum(congeladas + enfileiradas), 0)::integer as n from campanha_advance($1, $2)
