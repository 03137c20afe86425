-- (jsonb) -> (linha json)
select to_json(r) as linha
from consentimento_registrar(
    cliente_id => ($1 ->> 'cliente_id')::uuid,
    finalidade => $1 ->> 'finalidade',
    texto      => $1 ->> 'texto',
    canal      => coalesce($1 ->> 'canal', 'cli'),
    evidencia  => $1 ->> 'evidencia') as r
