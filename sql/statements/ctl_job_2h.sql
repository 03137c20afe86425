-- (jsonb) -> (linha json)
select job_2h(empresa => $1 ->> 'empresa')::json as linha
