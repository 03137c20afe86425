-- () -> (id integer, identificador text, portfolio_id bigint, token_arquivo text)
select * from fila_numeros()
