-- (jsonb) -> (linha json)
select to_json(r) as linha
from supressao_retirar(
    telefone => $1 ->> 'telefone',
    empresa  => $1 ->> 'empresa') as r
