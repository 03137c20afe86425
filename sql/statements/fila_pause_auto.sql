-- (uuid, text, integer, text) -> (fila_pause_auto timestamptz)
select fila_pause_auto($1, $2, $3, $4)
