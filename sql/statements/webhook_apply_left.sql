-- (integer, boolean) -> (n integer)
select webhook_apply($1, 5000, $2) as n
