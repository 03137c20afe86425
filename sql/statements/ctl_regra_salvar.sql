-- (jsonb) -> (linha json)
select to_json(r) as linha
from regra_salvar(
    nome       => $1 ->> 'nome',
    atraso     => ($1 ->> 'atraso')::interval,
    max_envios => ($1 ->> 'max_envios')::integer,
    carencia   => ($1 ->> 'carencia')::interval,
    validade   => ($1 ->> 'validade')::interval,
    prioridade => ($1 ->> 'prioridade')::integer,
    texto      => $1 ->> 'texto',
    modelo     => $1 ->> 'modelo',
    ordem      => ($1 ->> 'ordem')::integer,
    empresa    => $1 ->> 'empresa') as r
