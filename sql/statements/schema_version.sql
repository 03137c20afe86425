-- () -> (numero int, has_functions boolean)
-- The functions of a release come after its last migration, in a transaction of their own.
select
    coalesce(max(m.numero), 0) as numero,
    coalesce(max(m.aplicada_em) <= (select max(f.aplicada_em) from carteiro.funcoes_aplicadas f), false) as has_functions
from carteiro.migracoes m
