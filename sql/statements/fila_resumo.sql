-- () -> (empresa text, status text, mensagens bigint, mais_antiga_s double precision)
select * from fila_resumo()
