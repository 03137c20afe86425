-- (integer[], smallint[], integer[], timestamptz[], bigint[]) -> (numero_id integer, prioridade smallint, faixa integer, peso integer, taxa double precision, espera_ms bigint, numero_taxa double precision, numero_rajada integer, fator double precision)
select * from fila_lanes_known($1, $2, $3, $4, $5)
