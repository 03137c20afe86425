-- Instants that are none, destinations that are nobody's, and records that nobody deletes.
begin;
select plan(13);
\ir fila_gente.sql
select pg_temp.janela('ana');
set local role carteiro_ops_escrita;
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, agendar_para) values (pg_temp.de('ana'), 'x', '-infinity')$$, 'agendar_para: %-infinity%', 'before all time');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, agendar_para) values (pg_temp.de('ana'), 'x', 'infinity')$$, 'agendar_para: %infinity%', 'never');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, valido_ate) values (pg_temp.de('ana'), 'x', 'infinity')$$, 'valido_ate: %', 'valid for ever is no instant either');
select throws_like($$select enfileirar(pg_temp.de('ana'), 'x', agendar_para => 'infinity')$$, 'agendar_para: %', 'nor by enfileirar');
select throws_like($$select campanha_criar('t', 'promocional', 'Oi!', agendar_para => '-infinity')$$, 'agendar_para: %', 'nor for a campaign');
insert into fila_mensagens (cliente_id, conteudo, agendar_para, prioridade, metadata) values (pg_temp.de('ana'), 'nulos', null, null, null);
select is(array[prioridade::text, metadata::text, (agendar_para = agora())::text], '{5,"{}",true}', 'an explicit NULL asks for the default') from fila_mensagens where conteudo = 'nulos';
select throws_like($$update fila_mensagens set agendar_para = '-infinity' where conteudo = 'nulos'$$, 'agendar_para: %', 'nor by UPDATE');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, destino) values (pg_temp.de('ana'), 'x', '+5511999998888')$$, 'destino: %', 'a phone that is not the cliente''s');
select lives_ok($$insert into fila_mensagens (cliente_id, conteudo, destino) values (pg_temp.de('ana'), 'x', '+5511987650001')$$, 'their own');
reset role;
select throws_ok($$update fila_ativa set agendar_para = 'infinity'$$, '23514', null, 'the fleet cannot store one either');
delete from fila_ativa;
select pg_temp.nova('ana', 'vai') as a \gset
select count(*) from pg_temp.pega();
select pg_temp.grava(:'a', 1, 'aceita', 'wamid.A');
set local role carteiro_ops_escrita;
select throws_ok(format('delete from fila_mensagens where id = %L', :'a'), '42501', null, 'what was sent is not deleted');
select throws_like(format('delete from fila_mensagens where id = %L', :'a'), '%enviada%', 'and says why');
reset role;
select lives_ok('select * from fila_lanes()', 'every look ends');
select * from finish();
rollback;
