-- (text, bigint) -> (metrica text, rotulos text, valor double precision)
select * from resumo_publish($1, $2)
