-- What tells of people is never printed by a failed CHECK: the ledgers too.

alter table auditoria enable row level security;
alter table auditoria force row level security;
create policy frota on auditoria to carteiro_owner using (true) with check (true);
create policy ops on auditoria for select to carteiro_ops_leitura, carteiro_ops_escrita using (true);
alter table supressoes enable row level security;
alter table supressoes force row level security;
create policy frota on supressoes to carteiro_owner using (true) with check (true);
create policy ops on supressoes for select to carteiro_ops_leitura, carteiro_ops_escrita using (true);
