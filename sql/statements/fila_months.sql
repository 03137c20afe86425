-- () -> (n integer)
select fila_months() + fila_days() as n
