-- (jsonb) -> (linha json)
select to_json(campanha_relatorio(id => ($1 ->> 'id')::uuid)) as linha
