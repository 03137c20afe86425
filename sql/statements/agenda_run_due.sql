-- (integer) -> (n integer)
select agenda_run_due($1) as n
