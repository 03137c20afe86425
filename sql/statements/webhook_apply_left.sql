-- (integer) -> (n integer)
select webhook_apply($1, 5000) as n
