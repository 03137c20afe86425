-- () -> (n integer)
select fila_retain() as n
