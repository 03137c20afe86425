-- (text, text, boolean) -> (modo text, epoca bigint, vivos integer, suspeitas boolean)
select * from sender_seen($1, $2, $3)
