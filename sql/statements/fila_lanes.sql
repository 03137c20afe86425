-- () -> (numero_id integer, prioridade smallint, faixa integer, peso integer, taxa double precision, espera_ms bigint, numero_taxa double precision, numero_rajada integer)
select * from fila_lanes()
