-- (jsonb) -> (linha json)
select to_json(r) as linha
from agenda_previa(nome => $1 ->> 'nome', n => ($1 ->> 'n')::integer, empresa => $1 ->> 'empresa') as r
