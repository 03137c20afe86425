-- (jsonb) -> (linha json)
select to_json(r) as linha
from agendamento_status(id => ($1 ->> 'id')::uuid, status => $1 ->> 'status') as r
