-- (text, integer[], text[]) -> (linha integer, situacao text, motivo text, texto text)
select linha, situacao, motivo, texto
from agendamento_importar($1, $2, $3)
