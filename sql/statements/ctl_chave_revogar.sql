-- (jsonb) -> (linha json)
select json_build_object('revogada', chave_revogar(($1 ->> 'id')::bigint)) as linha
