-- () -> ()
create schema carteiro authorization carteiro_owner
