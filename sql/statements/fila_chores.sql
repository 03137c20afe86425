-- () -> (tarefa text)
select tarefa from fila_chores() as tarefa
