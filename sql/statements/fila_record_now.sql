-- (text, bigint, uuid[], bigint[], text[], text[], integer[], text[], text[], text[], text[], bigint[]) -> (gravadas integer, liquidadas integer, zumbis integer, ocupada integer)
select * from fila_record_now($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
