-- (jsonb) -> (linha json)
select to_json(r) as linha
from conversa_etapa(id => ($1 ->> 'id')::uuid, etapa => nullif($1 ->> 'etapa', 'nenhuma')) as r
