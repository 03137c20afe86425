-- () -> (nome text, checksum text)
-- Functions applied since the newest migration. An older one is applied again even when its
-- text is the same: a migration may have dropped it, or the table that its trigger stood on.
select
    nome,
    checksum
from carteiro.funcoes_aplicadas
where aplicada_em > all (select aplicada_em from carteiro.migracoes)
order by nome
