-- (jsonb) -> (linha json)
select to_json(r) as linha
from chave_listar($1 ->> 'empresa') as r
