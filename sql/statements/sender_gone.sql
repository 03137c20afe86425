-- (text) -> (sender_gone void)
select sender_gone($1)
