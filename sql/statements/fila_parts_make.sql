-- () -> (tabela text, adiante integer)
select * from fila_parts_make()
