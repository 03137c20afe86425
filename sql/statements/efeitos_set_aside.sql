-- () -> (n integer)
select efeitos_set_aside() as n
