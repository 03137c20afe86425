-- (jsonb) -> (linha json)
select to_json(segmento_previa(
    criterios => $1 -> 'criterios',
    empresa   => $1 ->> 'empresa',
    segmento  => $1 ->> 'segmento')) as linha
