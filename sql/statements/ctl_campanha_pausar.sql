-- (jsonb) -> (linha json)
select to_json(r) as linha
from campanha_pausar(id => ($1 ->> 'id')::uuid, motivo => $1 ->> 'motivo') as r
