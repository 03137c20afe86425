-- What people do to the queue by plain UPDATE and DELETE, and by fila_cancelar and fila_reprocessar.
begin;
select plan(22);
\ir fila_gente.sql
select pg_temp.janela('ana');
select pg_temp.nova('ana', 'um') as a \gset
select pg_temp.nova('ana', 'dois') as b \gset
select pg_temp.nova('ana', 'tres') as c \gset
update fila_ativa set prioridade = 9 where id = :'c';
select count(*) from pg_temp.pega(10, 9);

set local role carteiro_ops_escrita;
with u as (update fila_mensagens set status = 'cancelada' where id in (:'a', :'c') returning 1) select is(count(*), 1::bigint, 'what is being sent is passed over, and not counted') from u;
select is(array[status, (encerrada_em < 'infinity')::text, erro], array['cancelada', 'true', 'cancelada por ' || session_user], 'cancelled in the same statement') from fila_mensagens where id = :'a';
select is(status, 'processando', 'the other goes on') from fila_mensagens where id = :'c';
select throws_like(format('update fila_mensagens set status = ''enviada'' where id = %L', :'b'), 'status: %', 'nobody sends by hand');
select throws_like(format('update fila_mensagens set status = ''processando'' where id = %L', :'b'), 'status: %', 'nor claims');
select throws_like(format('update fila_mensagens set status = ''pendente'' where id = %L', :'a'), 'status: %cancelada%', 'nor brings back');
select throws_like(format('update fila_mensagens set prioridade = 0 where id = %L', :'b'), 'prioridade: %', 'priority 0');
select throws_like(format('update fila_mensagens set conteudo = '' '' where id = %L', :'b'), 'conteudo: %', 'an empty text');
select throws_ok(format('update fila_mensagens set wamid = ''x'' where id = %L', :'b'), '42501', null, 'nor what is the fleet''s to write');
select throws_ok(format('delete from fila_mensagens where id = %L', :'c'), '55006', null, 'a row being sent is not deleted');
with u as (update fila_mensagens set prioridade = 9 where id = :'b' returning 1) select is(count(*), 1::bigint, 'what waits may be hurried') from u;
select is(status, 'pendente', 'and still waits') from fila_mensagens where id = :'b';
reset role;
select is((select count(*) from efeitos where :'a'::uuid = any (mensagens)), 1::bigint, 'a cancelled message has its effects');

-- back into the queue
update fila_mensagens set resgates = 3 where id = :'a';
select is(fila_reprocessar(:'a'), :'a'::uuid, 'cancelled by mistake');
select is(array[status, tentativas::text, reserva_seq::text, (encerrada_em = 'infinity')::text, resgates::text], '{pendente,0,1,true,0}', 'it waits again, under a new reserva, its vanished senders forgotten') from fila_mensagens where id = :'a';
select throws_like(format('select fila_reprocessar(%L)', :'b'), 'id: %pendente%', 'what waits is not put back');
select pg_temp.grava(:'c', 1, 'aceita', 'wamid.C');
select throws_like(format('select fila_reprocessar(%L)', :'c'), 'id: %enviada%', 'what was sent is not sent again');
select throws_like(format('select fila_reprocessar(%L)', gen_random_uuid()), 'id: there is no message%', 'nothing there');
select is(fila_cancelar(:'b'), 'cancelada', 'fila_cancelar');
select is(fila_cancelar(:'c'), 'enviada', 'says what it found');
select throws_like(format('select fila_cancelar(%L)', gen_random_uuid()), 'id: %', 'nothing there');
select is(fila_cancelar_cliente(pg_temp.de('ana'), 'optout'), 0, 'answers are not cancelled with a person''s messages');
select * from finish();
rollback;
