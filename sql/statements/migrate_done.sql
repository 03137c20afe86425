-- (int, text, text) -> ()
insert into carteiro.migracoes (numero, nome, checksum)
values ($1, $2, $3)
