-- A campaign whose waiting messages a person DELETEs still comes to its end.
begin;
select plan(4);
\ir campanha_pessoas.sql
select id as c from campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_nome', max_por_dia => null) \gset
select campanha_iniciar(:'c');
select campanha_freeze(:'c', 99);
select campanha_enqueue(:'c', 99);
select count(*) as n from fila_ativa where origem_id = :'c' \gset
set local role carteiro_ops_escrita;
with d as (delete from fila_mensagens where origem_id = :'c' returning 1) select is(count(*), :n::bigint, 'deleted') from d;
reset role;
select is((select count(*) from campanha_destinatarios where campanha_id = :'c' and status = 'cancelada'), :n::bigint, 'cancelled on the list');
select is((select count(*) from campanha_destinatarios where campanha_id = :'c' and status in ('pendente', 'na_fila')), 0::bigint, 'nobody waits');
select campanha_finish(:'c');
select is(status, 'concluida', 'it ends') from campanhas where id = :'c';
select * from finish();
rollback;
