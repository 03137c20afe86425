-- (text[]) -> ()
-- A file that is gone is forgotten, or it would not be applied when it comes back.
delete from carteiro.funcoes_aplicadas
where nome <> all ($1::text[])
