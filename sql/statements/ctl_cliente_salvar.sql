-- (jsonb) -> (linha json)
select to_json(r) as linha
from cliente_salvar(
    nome               => $1 ->> 'nome',
    telefone           => $1 ->> 'telefone',
    especialidade_nome => $1 ->> 'especialidade_nome',
    regiao             => $1 ->> 'regiao',
    tags               => (
        select array_agg(t.tag order by t.ordem)
        from jsonb_array_elements_text($1 -> 'tags') with ordinality as t (tag, ordem)),
    data_nascimento    => ($1 ->> 'data_nascimento')::date,
    fuso               => $1 ->> 'fuso',
    metadata           => $1 -> 'metadata',
    status             => $1 ->> 'status',
    empresa            => $1 ->> 'empresa') as r
