-- (jsonb) -> (linha json)
select job_metrics(empresa => $1 ->> 'empresa')::json as linha
