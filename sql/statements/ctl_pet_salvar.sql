-- (jsonb) -> (linha json)
select to_json(r) as linha
from pet_salvar(
    cliente_id      => ($1 ->> 'cliente_id')::uuid,
    nome            => $1 ->> 'nome',
    especie         => $1 ->> 'especie',
    data_nascimento => data_ler('data_nascimento', $1 ->> 'data_nascimento'),
    externo_id      => $1 ->> 'externo_id') as r
