-- (jsonb) -> (linha json)
select json_build_object('removidos', frequencia_remover(
    proposito => $1 ->> 'proposito',
    dias      => ($1 ->> 'dias')::integer,
    empresa   => $1 ->> 'empresa')) as linha
