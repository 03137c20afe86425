-- (text[], text[], text[], text[], text[], text[], integer[], bigint[], text[]) -> (n integer)
select webhook_store($1, $2, $3, $4, $5, $6, $7, $8, $9) as n
