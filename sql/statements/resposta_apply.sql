-- () -> (n integer)
select resposta_apply() as n
