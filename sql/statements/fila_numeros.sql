-- () -> (id integer, identificador text, portfolio_id bigint, token_arquivo text, conta_id bigint, alcance_limite integer)
select * from fila_numeros()
