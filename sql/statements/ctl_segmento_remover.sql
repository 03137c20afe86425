-- (jsonb) -> (linha json)
select to_json(r) as linha
from segmento_remover(nome => $1 ->> 'nome', empresa => $1 ->> 'empresa') as r
