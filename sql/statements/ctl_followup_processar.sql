-- (jsonb) -> (linha json)
select to_json(followup_processar()) as linha
where $1 is not null
