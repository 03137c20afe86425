-- (integer[], text[], text[], text[], text[], text[], text[], text[], text[], text[]) -> (linha integer, motivo text, mascarado text)
select linha, motivo, mascarado
from cliente_importar_ler($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
