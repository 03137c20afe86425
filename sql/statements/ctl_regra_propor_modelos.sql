-- (jsonb) -> (linha json)
select to_json(r) as linha
from regra_propor_modelos(empresa => $1 ->> 'empresa') as r
