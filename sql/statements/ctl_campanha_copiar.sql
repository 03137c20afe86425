-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_copiar(id => ($1 ->> 'id')::uuid, nome => $1 ->> 'nome') as r
