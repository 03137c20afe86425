-- (jsonb) -> (linha json)
select to_json(r) as linha
from consentimento_revogar(
    cliente_id => ($1 ->> 'cliente_id')::uuid,
    finalidade => $1 ->> 'finalidade',
    canal      => coalesce($1 ->> 'canal', 'cli'),
    evidencia  => $1 ->> 'evidencia') as r
