-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_iniciar(id => ($1 ->> 'id')::uuid) as r
