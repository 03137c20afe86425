-- () -> (n integer)
select fila_months() as n
