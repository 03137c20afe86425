-- fila_lanes_known: the lanes named, each from its floor on; what fila_lanes tells, and nothing of others.
begin;
select plan(25);
\ir fila_gente.sql
create temp table outra as select * from numero_salvar('200000002', taxa => 20 / 60.0, rajada => 3);
insert into faixas (id, origem, origem_id, peso, taxa, proposito) values
    (11, 'campanha', 'a', 3, 1.5, 'marketing'), (12, 'campanha', 'b', 1, null, 'transacional');
create function pg_temp.poe(prioridade integer, faixa integer, quando interval default '0', numero integer default null) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, prioridade, faixa, agendar_para, numero_id)
    select pg_temp.de('ana'), 'Oi', $1, $2, agora() + $3, coalesce($4, linha.id) from linha
    returning id
$$;
-- lanes as 'prioridade/faixa' of the first number, one floor for all
create function pg_temp.vistas(quais text[], piso timestamptz default null, ordem bigint default 0) returns text[] language sql
as $$
    select coalesce(array_agg(l.prioridade || '/' || l.faixa || ':' || l.espera_ms / 1000 order by l.prioridade desc, l.faixa), '{}')
    from fila_lanes_known(
        array(select linha.id from linha cross join unnest(quais)),
        array(select split_part(q, '/', 1)::smallint from unnest(quais) q),
        array(select split_part(q, '/', 2)::integer from unnest(quais) q),
        array(select $2 from unnest(quais)), array(select $3 from unnest(quais))) l
$$;

select is((select count(*) from fila_lanes_known('{}', '{}', '{}', '{}', '{}')), 0::bigint, 'none asked');
select is(pg_temp.vistas('{5/0}'), '{}', 'nothing waits');
select pg_temp.poe(5, 0, '-1 hour') as a \gset
select pg_temp.poe(5, 0) as b \gset
select pg_temp.poe(9, 0, '20 s'), pg_temp.poe(5, 11, '10 s'), pg_temp.poe(1, 12, '-30 s') \g /dev/null
select is(pg_temp.vistas('{5/0}'), '{5/0:-3600}', 'only the lane named');
select is(pg_temp.vistas('{5/0,9/0,4/0,5/11,5/12,1/12}'), '{9/0:20,5/0:-3600,5/11:10,1/12:-30}', 'what holds nothing is not told; what is not due is');
select is((select array_agg(to_jsonb(k) order by k.prioridade, k.faixa) from fila_lanes_known(array(select id from linha, generate_series(1, 4)), '{5,9,5,1}', '{0,0,11,12}', array_fill(null::timestamptz, '{4}'), array_fill(0::bigint, '{4}')) k),
    (select array_agg(to_jsonb(l) order by l.prioridade, l.faixa) from fila_lanes() l), 'all lanes named, no floors: what fila_lanes tells');

-- floors
select is(pg_temp.vistas('{5/0}', agora() - interval '30 minutes'), '{5/0:0}', 'from the floor on');
select is(pg_temp.vistas('{5/0}', f.agendar_para, f.ordem), '{5/0:-3600}', 'the floor itself belongs to it') from fila_ativa f where f.id = :'a';
select is(pg_temp.vistas('{5/0}', f.agendar_para, f.ordem + 1), '{5/0:0}', 'by its order too') from fila_ativa f where f.id = :'a';
select is(pg_temp.vistas('{5/0}', agora() + interval '1 day', 1000000), '{5/0:0}', 'a floor to come is capped a second ago');

-- what may not send is not told
update faixas set pausada_em = agora(), pausa_motivo = 'x' where id = 11;
select is(pg_temp.vistas('{5/0,5/11}'), '{5/0:-3600}', 'a paused lane');
update faixas set pausada_ate = agora() where id = 11;
select is(pg_temp.vistas('{5/0,5/11}'), '{5/0:-3600,5/11:10}', 'whose pause is over');
select is((select count(*) from fila_lanes() l where l.faixa = 11), 1::bigint, 'for fila_lanes too');
update faixas set pausada_ate = agora() + interval '1 s' where id = 11;
select is((select count(*) from fila_lanes() l where l.faixa = 11), 0::bigint, 'or not over');
update faixas set pausada_em = null, pausa_motivo = null, pausada_ate = null where id = 11;
select fila_pausar('x', numero => '200000001') \g /dev/null
select is(pg_temp.vistas('{5/0,5/11}'), '{}', 'a paused number');
delete from pausas;
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() + interval '1 s' from linha;
select is(pg_temp.vistas('{5/0}'), '{}', 'an automatic pause');
update pausas set ate = agora();
select is(pg_temp.vistas('{5/0}'), '{5/0:-3600}', 'that is due to be tried');
update pausas set sonda_ate = agora() + interval '1 s';
select is(pg_temp.vistas('{5/0}'), '{}', 'while it is tried');
select is((select count(*) from fila_lanes()), 0::bigint, 'for fila_lanes too');
delete from pausas;
update modo_envio set modo = 'degradado';
select is(pg_temp.vistas('{5/0,5/11}'), '{5/0:-3600}', 'without Redis no lane of marketing');
update modo_envio set modo = 'normal';
update numeros set ativo = false;
select is(pg_temp.vistas('{5/0}'), '{}', 'a number that is off');
update numeros set ativo = true;

-- messages to be claimed alone are not told: their lane would look due for ever
update fila_ativa set resgates = 2 where id = :'a';
select is(pg_temp.vistas('{5/0}'), '{5/0:0}', 'a suspect is passed over');
select is((select l.espera_ms from fila_lanes() l where l.prioridade = 5 and l.faixa = 0), 0::bigint, 'by fila_lanes too');
update fila_ativa set resgates = 2 where id = :'b';
select is(pg_temp.vistas('{5/0}'), '{}', 'a lane of suspects is none');
select is((select count(*) from fila_lanes() l where l.prioridade = 5 and l.faixa = 0), 0::bigint, 'for fila_lanes neither');

-- learnt rates
update numeros set taxa_fator = 0.5, taxa_fator_em = agora() - interval '5 s';
select is((select distinct round(l.fator::numeric, 3) from fila_lanes() l), 0.6, 'what throttling left, recovering');
select * from finish();
rollback;
