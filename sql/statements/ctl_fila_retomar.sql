-- (jsonb) -> (linha json)
select json_build_object('retomada', fila_retomar(
    numero  => $1 ->> 'numero',
    empresa => $1 ->> 'empresa',
    conta   => $1 ->> 'conta',
    modelo  => $1 ->> 'modelo')) as linha
