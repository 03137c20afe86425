-- (jsonb) -> (linha json)
select to_json(campanha_progresso(id => ($1 ->> 'id')::uuid)) as linha
