-- (jsonb) -> (linha json)
select to_json(r) as linha
from frequencia_salvar(
    proposito => $1 ->> 'proposito',
    maximo    => ($1 ->> 'maximo')::integer,
    dias      => ($1 ->> 'dias')::integer,
    empresa   => $1 ->> 'empresa') as r
