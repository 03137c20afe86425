-- A row that is being sent is its sender's, also against a lock.
--
-- The row trigger alone passes over it only after the row is locked, until the end of the person's
-- transaction: an UPDATE left open stopped every sender whose rows in flight it had touched, and one
-- over several of them deadlocked with the record. So the UPDATE does not even see them; the trigger
-- stays for what is claimed meanwhile.
create policy em_envio on fila_mensagens as restrictive for update to carteiro_ops_escrita
    using (status <> 'processando');
