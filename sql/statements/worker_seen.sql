-- (text, text, text) -> (worker_seen void)
select worker_seen($1, $2, $3)
