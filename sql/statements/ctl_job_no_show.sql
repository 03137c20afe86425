-- (jsonb) -> (linha json)
select job_no_shows(empresa => $1 ->> 'empresa')::json as linha
