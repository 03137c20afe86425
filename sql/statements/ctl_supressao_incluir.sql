-- (jsonb) -> (linha json)
select to_json(r) as linha
from supressao_incluir(
    telefone => $1 ->> 'telefone',
    motivo   => $1 ->> 'motivo',
    empresa  => $1 ->> 'empresa') as r
