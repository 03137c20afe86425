-- (jsonb) -> (linha json)
select to_json(r) as linha
from horario_salvar(
    dias         => $1 ->> 'dias',
    inicio       => $1 ->> 'inicio',
    fim          => $1 ->> 'fim',
    duracao_min  => ($1 ->> 'duracao_min')::integer,
    profissional => $1 ->> 'profissional',
    empresa      => $1 ->> 'empresa') as r
