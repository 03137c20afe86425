-- (jsonb) -> (linha json)
select to_json(proativo_previa(
    type    => $1 ->> 'type',
    data    => $1 -> 'data',
    empresa => $1 ->> 'empresa')) as linha
