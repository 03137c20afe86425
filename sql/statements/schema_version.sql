-- () -> (numero int)
select coalesce(max(numero), 0) as numero
from carteiro.migracoes
