-- (jsonb) -> (linha json)
select to_json(r) as linha
from chave_criar(
    nome      => $1 ->> 'nome',
    papel     => $1 ->> 'papel',
    expira_em => instante_ler($1 ->> 'expira_em', $1 ->> 'empresa', 'expira_em'),
    empresa   => $1 ->> 'empresa') as r
