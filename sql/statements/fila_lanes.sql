-- () -> (numero_id integer, prioridade smallint, faixa integer, peso integer, taxa double precision, espera_ms bigint)
select * from fila_lanes()
