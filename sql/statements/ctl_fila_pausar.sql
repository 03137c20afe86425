-- (jsonb) -> (linha json)
select to_json(r) as linha
from fila_pausar(
    motivo  => $1 ->> 'motivo',
    ate     => ($1 ->> 'ate')::timestamptz,
    numero  => $1 ->> 'numero',
    empresa => $1 ->> 'empresa') as r
