-- fila_enviavel: what could leave within some seconds, and what it costs to know.
begin;
select plan(29);
\ir fila_gente.sql
create temp table outra as select * from numero_salvar('200000002', taxa => 20 / 60.0, rajada => 3);
select pg_temp.janela('ana');
insert into faixas (id, origem, origem_id, taxa) values (11, 'campanha', 'a', 1.5), (12, 'campanha', 'b', null);
-- k messages, due for a minute unless told otherwise
create function pg_temp.poe(k integer, faixa integer default 0, quando interval default '-1 min', numero integer default null,
    prioridade integer default 5) returns void language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, prioridade, faixa, agendar_para, numero_id)
    select pg_temp.de('ana'), 'Oi', $5, $2, agora() + $3, coalesce($4, linha.id) from linha, generate_series(1, $1)
$$;

select is(fila_enviavel(), 0::bigint, 'nothing waits');
select pg_temp.poe(7);
select is(fila_enviavel(), 7::bigint, 'all of a few');
select pg_temp.poe(5, quando => '1 min');
select is(fila_enviavel(), 7::bigint, 'what is not due does not count');
select pg_temp.poe(2000);
select is(fila_enviavel(), 720::bigint, 'of many, what the rate lets through in ten seconds');
select is(fila_enviavel(2), 144::bigint, 'or in two');
select is(fila_enviavel(3600), 2007::bigint, 'in an hour, all');
select is(fila_enviavel(10, 5), 50::bigint, 'at the senders'' rate');
select pg_temp.poe(3, prioridade => 8);
select is(fila_enviavel(), 720::bigint, 'a number''s rate is for all its lanes together');
select pg_temp.poe(30, numero => (select id from outra));
select is(fila_enviavel(), 724::bigint, 'each number with its own rate');

select is(fila_enviavel(10, 72, 722), 722::bigint, 'up to a ceiling');
select is(fila_enviavel(10, 72, 100), 100::bigint, 'that one number may reach');
select is(fila_enviavel(10, 72, 724), 724::bigint, 'or all of them together');

-- lanes
update fila_ativa set agendar_para = agora() + interval '1 day' where faixa = 0;
select pg_temp.poe(100, 11);
select is(fila_enviavel(), 15::bigint, 'a lane of a rate of its own');
select pg_temp.poe(100, 12);
select is(fila_enviavel(), 115::bigint, 'beside one of none');
update faixas set pausada_em = agora(), pausa_motivo = 'x' where id = 12;
select is(fila_enviavel(), 15::bigint, 'what is paused does not count');
update faixas set fechada_ate = agora() + interval '5 min' where id = 11;
select is(fila_enviavel(), 0::bigint, 'nor what waits for its hours');
update faixas set fechada_ate = null, pausada_em = null, pausa_motivo = null;
select fila_pausar('x') \g /dev/null
select is(fila_enviavel(), 0::bigint, 'everything paused');
delete from pausas;

-- rates that were learnt, and the mode without Redis
update numeros set taxa_fator = 0.5, taxa_fator_em = agora() where id = (select id from linha);
select is(fila_enviavel(1), 36::bigint, 'a number that was throttled');
update numeros set taxa_fator_em = null;
select is(fila_enviavel(1), 72::bigint, 'and no longer');
update modo_envio set modo = 'degradado';
select is(fila_enviavel(1), 36::bigint, 'without Redis half of it');
update modo_envio set modo = 'normal';

-- claimed: somebody has it already
select is((select count(*) from linha cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', '{12}', '{60}', '{null}', '{null}')),
    60::bigint, 'sixty are claimed');
select is(fila_enviavel(), 55::bigint, 'and count no more');

-- what it reads does not grow with the backlog
create function pg_temp.folhas(text) returns integer language plpgsql
as $$
declare
    plano json;
begin
    execute 'explain (analyze, buffers, format json) ' || $1 into plano;
    return (plano #>> '{0,Plan,Shared Hit Blocks}')::integer + (plano #>> '{0,Plan,Shared Read Blocks}')::integer;
end
$$;
select pg_temp.poe(3000, 12);
select pg_temp.folhas('select fila_enviavel(1)') \g /dev/null
select pg_temp.folhas('select fila_enviavel(1)') as antes \gset
select pg_temp.poe(30000, 12);
select pg_temp.folhas('select fila_enviavel(1)') \g /dev/null
select cmp_ok(pg_temp.folhas('select fila_enviavel(1)'), '<=', (:antes * 1.2 + 10)::integer, 'ten times the backlog costs no more');

-- who asks, and what is refused
set local role carteiro_keda;
select is(carteiro.fila_enviavel(1), 72::bigint, 'the scaler may ask');
select throws_ok('select * from carteiro.fila_ativa', '42501', null, 'and see nothing else');
reset role;
select throws_ok('select fila_enviavel(0)', '22023', 'segundos: 0 (1 to 3600)', 'no time at all');
select throws_ok('select fila_enviavel(null)', '22023', 'segundos: null (1 to 3600)', 'null');
select throws_ok('select fila_enviavel(10, 72, 0)', '22023', 'teto: 0 (1 or more)', 'no ceiling');
select throws_ok('select fila_enviavel(10, 0)', '22023', 'taxa_padrao: 0 (0.001 to 1000)', 'no rate');
select * from finish();
rollback;
