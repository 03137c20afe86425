-- fila_lanes: which lanes hold something, and when the first of each is due; paused ones are not there.
begin;
select plan(17);
\ir fila_gente.sql
create temp table outra as select * from numero_salvar('200000002', taxa => 20 / 60.0, rajada => 3);
insert into faixas (id, origem, origem_id, peso, taxa) values (11, 'campanha', 'a', 3, 1.5), (12, 'campanha', 'b', 1, null);
create function pg_temp.poe(prioridade integer, faixa integer, quando interval default '0', numero integer default null) returns void language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, prioridade, faixa, agendar_para, numero_id)
    select pg_temp.de('ana'), 'Oi', $1, $2, agora() + $3, coalesce($4, linha.id) from linha
$$;
create function pg_temp.faixas() returns text[] language sql
as $$ select coalesce(array_agg(l.prioridade || '/' || l.faixa || ':' || l.espera_ms / 1000 order by l.prioridade desc, l.faixa), '{}') from fila_lanes() l join linha on linha.id = l.numero_id $$;

select is(pg_temp.faixas(), '{}', 'nothing waits');
select pg_temp.poe(5, 0);
select is(pg_temp.faixas(), '{5/0:0}', 'one');
select pg_temp.poe(5, 0, '-1 hour');
select is(pg_temp.faixas(), '{5/0:-3600}', 'the first of a lane says when');
select pg_temp.poe(5, 11, '10 s'), pg_temp.poe(9, 0, '20 s'), pg_temp.poe(1, 12, '-30 s'), pg_temp.poe(5, 12);
select is(pg_temp.faixas(), '{9/0:20,5/0:-3600,5/11:10,5/12:0,1/12:-30}', 'by priority, then lane; what is not due too');
select pg_temp.poe(5, 0, numero => (select id from outra));
select is((select array_agg(distinct l.numero_taxa || '/' || l.numero_rajada) from fila_lanes() l join outra on outra.id = l.numero_id),
    array[(20 / 60.0)::double precision || '/3'], 'each number with its rate');
select is((select count(*) from fila_lanes()), 6::bigint, 'all numbers');
select is((select l.peso || '/' || l.taxa from fila_lanes() l where l.faixa = 11), '3/1.5', 'a lane''s share and rate');
select is((select l.peso || '/' || coalesce(l.taxa::text, 'null') from fila_lanes() l join linha on linha.id = l.numero_id where l.faixa = 0 limit 1), '1/null', 'lane 0');

-- claimed, uncertain: not waiting
select count(*) from pg_temp.pega(1, 1) \g /dev/null
select count(*) from pg_temp.pega(1, 1) \g /dev/null
select is(pg_temp.faixas(), '{9/0:20,5/0:-3600,5/11:10,5/12:0,1/12:-30}', 'of lane 12 nothing was asked');
update fila_ativa set status = 'cancelada' where prioridade = 1;
select fila_move(array(select id from fila_ativa where status = 'cancelada'), 'cancelada', '{x}') \g /dev/null
select is(pg_temp.faixas(), '{9/0:20,5/0:-3600,5/11:10,5/12:0}', 'a lane ends with its last row');

-- paused
update faixas set pausada_em = agora(), pausa_motivo = 'x' where id = 11;
select is(pg_temp.faixas(), '{9/0:20,5/0:-3600,5/12:0}', 'a paused lane is stepped over');
select fila_pausar('x', numero => '200000002') \g /dev/null
select is((select count(*) from fila_lanes() l join outra on outra.id = l.numero_id), 0::bigint, 'a paused number');
select fila_pausar('x', ate => agora() + interval '1 minute') \g /dev/null
select is((select count(*) from fila_lanes()), 0::bigint, 'everything');
insert into relogio (deslocamento) values ('61 s');
select is(pg_temp.faixas(), '{9/0:-41,5/0:-3661,5/12:-61}', 'until its end');
insert into pausas (escopo, conta_id, motivo) select 'conta', c.id, 'token' from contas c;
select is((select count(*) from fila_lanes()), 0::bigint, 'the account');
delete from pausas;
update numeros set ativo = false where id = (select id from outra);
select is((select count(*) from fila_lanes() l join outra on outra.id = l.numero_id), 0::bigint, 'a number that is off');
select is((select count(distinct l.numero_id) from fila_lanes() l), 1::bigint, 'the other one goes on');
select * from finish();
rollback;
