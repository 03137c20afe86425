-- () -> (n integer)
select count(*)::integer as n from campanha_due()
