-- (text[], text[], text[], text[], text[], text[], integer[], bigint[], text[], uuid[], bigint[]) -> (n integer)
select webhook_store($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) as n
