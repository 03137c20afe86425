-- (jsonb) -> (linha json)
select to_json(campanha_previa(id => ($1 ->> 'id')::uuid)) as linha
