-- (jsonb) -> (linha json)
select to_json(r) as linha
from fila_pausar(
    motivo  => $1 ->> 'motivo',
    -- a pause of everything belongs to no company: then the database's zone must do
    ate     => case
        when (select count(*) from empresas) = 1 or $1 ->> 'empresa' is not null
            then instante_ler($1 ->> 'ate', $1 ->> 'empresa', 'ate')
        else ($1 ->> 'ate')::timestamptz end,
    numero  => $1 ->> 'numero',
    empresa => $1 ->> 'empresa',
    conta   => $1 ->> 'conta',
    modelo  => $1 ->> 'modelo') as r
