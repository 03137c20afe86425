-- (uuid) -> (fila_probe_passed boolean)
select fila_probe_passed($1)
