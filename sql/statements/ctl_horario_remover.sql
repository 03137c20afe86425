-- (jsonb) -> (linha json)
select to_json(r) as linha
from horario_remover(id => ($1 ->> 'id')::bigint) as r
