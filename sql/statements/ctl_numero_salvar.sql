-- (jsonb) -> (linha json)
select to_json(r) as linha
from numero_salvar(
    identificador => $1 ->> 'identificador',
    telefone      => $1 ->> 'telefone',
    taxa          => ($1 ->> 'taxa')::double precision,
    rajada        => ($1 ->> 'rajada')::integer,
    padrao        => ($1 ->> 'padrao')::boolean,
    ativo         => ($1 ->> 'ativo')::boolean,
    conta         => $1 ->> 'conta',
    empresa       => $1 ->> 'empresa') as r
