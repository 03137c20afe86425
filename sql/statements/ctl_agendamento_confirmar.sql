-- (jsonb) -> (linha json)
select to_json(r) as linha
from agendamento_confirmar(id => ($1 ->> 'id')::uuid) as r
