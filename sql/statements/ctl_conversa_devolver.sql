-- (jsonb) -> (linha json)
select to_json(r) as linha
from conversa_devolver(id => ($1 ->> 'id')::uuid) as r
