-- () -> (numero int, checksum text, aplicada_em text)
select
    numero,
    checksum,
    to_json(aplicada_em) #>> '{}' as aplicada_em
from carteiro.migracoes
order by numero
