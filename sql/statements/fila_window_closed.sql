-- (uuid) -> (fila_window_closed boolean)
select fila_window_closed($1)
