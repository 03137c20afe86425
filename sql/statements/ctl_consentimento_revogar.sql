-- (jsonb) -> (linha json)
select to_json(r) as linha
from consentimento_revogar(
    cliente_id => ($1 ->> 'cliente_id')::uuid,
    finalidade => $1 ->> 'finalidade',
    canal      => $1 ->> 'canal',
    evidencia  => $1 ->> 'evidencia') as r
