-- (jsonb) -> (linha json)
select to_json(r) as linha
from segmento_listar(empresa => $1 ->> 'empresa') as r
