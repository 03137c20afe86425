-- (text[], text[]) -> ()
insert into carteiro.funcoes_aplicadas (nome, checksum)
select
    nome,
    checksum
from unnest($1::text[], $2::text[]) as applied (nome, checksum)
on conflict (nome) do update
set checksum    = excluded.checksum,
    aplicada_em = excluded.aplicada_em
