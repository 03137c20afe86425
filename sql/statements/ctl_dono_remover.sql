-- (jsonb) -> (linha json)
select to_json(r) as linha
from dono_remover(
    dono    => $1 ->> 'dono',
    empresa => $1 ->> 'empresa') as r
