-- (jsonb) -> (linha json)
select to_json(r) as linha
from conta_salvar(
    waba_id         => $1 ->> 'waba_id',
    token_arquivo   => $1 ->> 'token_arquivo',
    segredo_arquivo => $1 ->> 'segredo_arquivo',
    app_id          => $1 ->> 'app_id',
    portfolio       => $1 ->> 'portfolio',
    empresa         => $1 ->> 'empresa',
    alcance_limite  => ($1 ->> 'alcance_limite')::integer) as r
