-- (jsonb) -> (linha json)
select to_json(r) as linha
from conversa_assumir(id => ($1 ->> 'id')::uuid, por => $1 ->> 'por') as r
