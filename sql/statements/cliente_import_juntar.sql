-- () -> (pessoas integer, linhas integer, nascimentos_ignorados integer)
select pessoas, linhas, nascimentos_ignorados
from cliente_importar_juntar()
