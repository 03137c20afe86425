-- campanha_advance, campanha_finish: the planner's step; fair among campaigns, under a ceiling, to the end.
begin;
select plan(27);
\ir campanha_pessoas.sql
update numeros set taxa = 0.01; -- ten minutes of it are less than the ceilings below
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido)
select casa.id, 'P' || i, '+5511987652' || lpad(i::text, 3, '0'), true from casa, generate_series(1, 91) i;

select is_empty('select * from campanha_advance(100, 100)', 'without campaigns nothing');
select id as a from campanha_criar('a', 'promocional', modelo => 'oi_nome', max_por_dia => null) \gset
select id as b from campanha_criar('b', 'promocional', modelo => 'oi_nome', filtro_tags => '{vip}') \gset
select is_empty('select * from campanha_advance(100, 100)', 'without started ones neither');
select campanha_iniciar(:'a'), campanha_iniciar(:'b');

select results_eq('select * from campanha_advance(20, 20)',
    format('values (%L::uuid, 10, 5), (%L, 10, 2)', :'a', :'b'), 'n is shared: each lists ten and queues whom it found');
select is(pg_temp.fila(:'a'), 'ana bia gil hugo', 'the big one (and the first of the others)');
select is(pg_temp.fila(:'b'), 'ana bia', 'beside the small one');
select results_eq('select campanha_id, congeladas, enfileiradas from campanha_advance(80, 20)',
    format('values (%L::uuid, 40, 0), (%L, 40, 15)', :'b', :'a'), 'up to the ceiling, who has less first');
select results_eq('select congeladas, enfileiradas from campanha_advance(200, 20)',
    'values (50, 0), (50, 0)', 'the list goes on without it');
select is_empty('select * from campanha_advance(200, 20)', 'a full lane rests');
select is(count(*), 20::bigint, 'at the ceiling') from fila_ativa where origem_id = :'a';
select pg_temp.termina(:'a', '{ana}');
select is_empty('select * from campanha_advance(200, 20)', 'one gone is not worth a step');
select pg_temp.termina(:'a', '{bia}');
select results_eq('select campanha_id, congeladas, enfileiradas from campanha_advance(200, 20)',
    format('values (%L::uuid, 0, 2)', :'a'), 'a tenth is');
select results_eq('select enfileiradas from campanha_advance(200, null)', 'values (73)', 'without a ceiling all of it');
select is(enfileirada_em is not null, true, 'queued, whole') from campanhas where id = :'a';

-- the end
select is(status, 'ativa', 'while they wait it is active') from campanhas where id = :'b';
select is(campanha_finish(:'b'), false, 'and cannot end');
select pg_temp.termina(:'b', '{ana,bia}');
select is(campanha_finish(:'b'), false, 'nor before the list has heard of it');
select is(pg_temp.efeitos(), 4::bigint, 'effects');
select is_empty('select * from campanha_advance(200, 20)', 'the last step moves nobody');
select is(status || ' ' || (finalizada_em = agora()), 'concluida true', 'and ends it') from campanhas where id = :'b';
select is(status, 'ativa', 'but not the other') from campanhas where id = :'a';
select is(count(*), 1::bigint, 'audited') from auditoria where alvo = :'b' and action = 'campanha_concluida';
select throws_ok(format('select campanha_iniciar(%L)', :'b'), '22023',
    'id: the campaign is concluida; only rascunho or agendada can be started', 'for good');

-- one without anybody ends by itself
select id as d from campanha_criar('d', 'promocional', modelo => 'oi_nome', filtro_tags => '{ninguem}') \gset
select campanha_iniciar(:'d');
select results_eq('select congeladas, enfileiradas from campanha_advance(1000, null)', 'values (100, 0)', 'looks at all');
select is(status, 'concluida', 'finds nobody and ends') from campanhas where id = :'d';

-- a paused one is passed by, also at its end
select campanha_pausar(:'a');
update campanha_destinatarios set status = 'enviada' where campanha_id = :'a' and status <> 'excluido';
delete from fila_ativa;
select is_empty('select * from campanha_advance(200, 20)', 'nothing moves');
select is(status, 'pausada', 'it stays paused') from campanhas where id = :'a';

set local role carteiro_planner;
select is_empty('select * from campanha_advance(200, 20)', 'the planner may');

select * from finish();
rollback;
