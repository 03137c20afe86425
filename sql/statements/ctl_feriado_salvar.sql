-- (jsonb) -> (linha json)
select to_json(r) as linha
from feriado_salvar(data => data_ler('data', $1 ->> 'data'), nome => $1 ->> 'nome', empresa => $1 ->> 'empresa') as r
