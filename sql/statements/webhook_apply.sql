-- (integer) -> (n integer)
select webhook_apply($1) as n
