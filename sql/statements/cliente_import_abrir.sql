-- (text, text, text) -> (empresa_id uuid, empresa_nome text)
select empresa_id, empresa_nome
from cliente_importar_abrir($1, $2, $3)
