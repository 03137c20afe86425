-- (text, text, text, jsonb, text, text, text) -> (status int, tipo text, cabecalhos text, resposta text, seguinte text)
select status, tipo, array_to_string(cabecalhos, e'\n') as cabecalhos, resposta, seguinte
from api_call($1, $2, $3, $4, $5, $6, $7)
