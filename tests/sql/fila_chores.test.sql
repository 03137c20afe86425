-- fila_chores: names what has something to do, all of it and nothing else. fila_resumo: counted
-- again when it is time.
begin;
select plan(22);
\ir fila_gente.sql
update agendas set ativa = false, proxima_em = null;
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.ha() returns text language sql as $$ select coalesce(string_agg(t, ' '), '') from fila_chores() t $$;
select pg_temp.janela('ana');
set local role carteiro_planner;
select is((select count(*) from fila_chores()), 0::bigint, 'nothing to do');
reset role;
select pg_temp.nova('ana') as a \gset
select is(pg_temp.ha(), '', 'a message that waits is no chore');
select pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.A') from pg_temp.pega() p \g /dev/null
select is(pg_temp.ha(), 'efeitos', 'one that ended is');
select efeitos_apply(10) \g /dev/null
select is(pg_temp.ha(), '', 'done');

select pg_temp.nova('ana') as v \gset
update fila_ativa set valido_ate = agora() + interval '1 h' where id = :'v';
select is(pg_temp.ha(), '', 'valid still');
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.depois('1 h');
select is(pg_temp.ha(), '', 'past its end, but it is being sent');
update fila_ativa set status = 'pendente', reservada_por = null, reserva_ate = null, processando_desde = null where id = :'v';
select is(pg_temp.ha(), 'expiradas', 'past its end');
select fila_expire(10) \g /dev/null
select efeitos_apply(10) \g /dev/null

select id as campanha from campanha_criar('C', 'promocional', modelo => 'oi_nome', agendar_para => agora() + interval '1 h') \gset
select is(pg_temp.ha(), '', 'scheduled');
select pg_temp.depois('1 h');
select is(pg_temp.ha(), 'campanhas_agendadas', 'due');
select is((select array_agg(campanha_due)::text from campanha_due()), '{' || :'campanha' || '}', 'started');
select is(pg_temp.ha(), 'campanhas', 'active');
select id from campanha_pausar(:'campanha', 'almoço', agora() + interval '30 min') \g /dev/null
select is(pg_temp.ha(), '', 'paused');
select is((select count(*) from campanha_due()), 0::bigint, 'not over');
select pg_temp.depois('30 min');
select is(pg_temp.ha(), 'campanhas_agendadas', 'over');
select count(*) from campanha_due() \g /dev/null
select is((select array[k.status, f.pausada_em::text, f.pausada_ate::text, k.pausa_motivo] from campanhas k join faixas f on f.id = k.faixa_id where k.id = :'campanha'),
    '{ativa,NULL,NULL,NULL}', 'it goes on, its lane too');
select throws_like(format('select campanha_pausar(%L, %L, agora())', :'campanha', 'x'), 'ate: %', 'an end that is over');
select campanha_cancelar(:'campanha') \g /dev/null
select is(pg_temp.ha(), 'canceladas', 'to be cleared');

select campanha_clear(10) \g /dev/null
select nome from agenda_salvar('no_shows', '* * * * *', ativa => true) \g /dev/null
select is(pg_temp.ha(), '', 'a schedule');
select pg_temp.depois('1 min');
select is(pg_temp.ha(), 'agendas', 'that is due');

-- the gauges' figures
select pg_temp.nova('bia') \g /dev/null
select is((select mensagens from fila_resumo()), 1::bigint, 'counted');
select pg_temp.nova('bia') \g /dev/null
select pg_temp.depois('3 s');
select is((select array[mensagens, round(mais_antiga_s)] from fila_resumo()), '{1,3}', 'the last answer for four seconds, its age grows');
select pg_temp.depois('2 s');
select is((select array[mensagens, round(mais_antiga_s)] from fila_resumo()), '{2,5}', 'counted again');
select * from finish();
rollback;
