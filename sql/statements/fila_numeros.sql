-- () -> (id integer, identificador text, portfolio_id bigint, token_arquivo text, taxa double precision, rajada integer)
select * from fila_numeros()
