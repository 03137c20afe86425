-- (jsonb) -> (linha json)
select to_json(r) as linha
from segmento_salvar(
    nome      => $1 ->> 'nome',
    criterios => $1 -> 'criterios',
    titulo    => $1 ->> 'titulo',
    empresa   => $1 ->> 'empresa') as r
