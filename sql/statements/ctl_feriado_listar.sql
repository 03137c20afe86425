-- (jsonb) -> (linha json)
select to_json(r) as linha from feriado_listar(ano => ($1 ->> 'ano')::integer, empresa => $1 ->> 'empresa') as r
