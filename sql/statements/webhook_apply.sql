-- (integer, boolean) -> (n integer)
select webhook_apply($1, followup => $2) as n
