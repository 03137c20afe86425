-- (jsonb) -> (linha json)
select to_json(campanha_reenviar(id => ($1 ->> 'id')::uuid, classe => coalesce($1 ->> 'classe', 'passageiro'))) as linha
