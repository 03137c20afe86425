-- (jsonb) -> (linha json)
select to_json(r) as linha
from aviso_resolver(id => ($1 ->> 'id')::bigint, por => $1 ->> 'por') as r
