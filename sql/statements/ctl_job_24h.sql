-- (jsonb) -> (linha json)
select job_24h(empresa => $1 ->> 'empresa')::json as linha
