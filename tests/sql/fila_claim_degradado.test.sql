-- fila_claim without Redis: the mode it names, tokens of ritmo_degradado, no marketing, one message
-- for each person and number in 6 s.
begin;
select plan(35);
\ir fila_gente.sql
select pg_temp.janela('ana'), pg_temp.janela('bia'), pg_temp.janela('caio') \g /dev/null
insert into relogio (deslocamento) values ('0');
create function pg_temp.passa(quanto interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
insert into faixas (id, origem, origem_id, proposito) values (11, 'campanha', 'a', 'marketing');
create temp table outra as select * from numero_salvar('200000002', taxa => 1000, rajada => 1000);
-- claims k of each of two lanes, (9, 0) and (5, 0), of one number; ids in the order of their lanes
create function pg_temp.pede(k integer, epoca bigint default null, taxa double precision default null, faixa integer default 0)
returns setof uuid language sql
as $$
    select c.id
    from linha
    cross join lateral fila_claim('teste', 60000, array[linha.id, linha.id], '{5,9}', array[$4, $4], array[$1, $1],
        '{null,null}', '{null,null}', null, $2, $3) c
    order by c.prioridade desc, c.ordem
$$;
create function pg_temp.poe(quem text, prioridade integer default 5, faixa integer default 0, tipo text default 'resposta') returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, prioridade, faixa, tipo) values (pg_temp.de($1), 'Oi', $2, $3, $4)
    returning id
$$;
create function pg_temp.fichas() returns numeric language sql
as $$ select round(extract(epoch from b.cheio_em - agora()), 3) from ritmo_degradado b join linha on linha.id = b.numero_id $$;

-- the mode is named
select pg_temp.poe('ana') as a \gset
select throws_ok('select pg_temp.pede(1, 2)', 'CT001', 'epoca: expected 1, found 2', 'another mode');
select throws_ok('select pg_temp.pede(1, 0)', 'CT001', null, 'no mode');
select is(array[status, reserva_seq::text], '{pendente,0}', 'nothing was taken') from fila_ativa where id = :'a';
select is((select count(*) from pg_temp.pede(1, 1)), 1::bigint, 'this mode');
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.1'), '1 0 0', 'sent');
select is((select count(*) from ritmo_degradado), 0::bigint, 'in the normal mode the buckets here are not touched');

-- empty at the beginning; half of the rate: 72/s is 36/s, burst 3
select pg_temp.passa('1 minute') \g /dev/null
update modo_envio set modo = 'degradado', epoca = 2, desde = agora();
select throws_ok('select pg_temp.pede(1, 1)', 'CT001', null, 'what was asked in the old mode');
create temp table seis as select n, pg_temp.nova(q) as id from (values (1, 'ana'), (2, 'bia'), (3, 'caio')) v (n, q);
select is((select count(*) from pg_temp.pede(10, 2)), 0::bigint, 'the bucket begins empty');
select pg_temp.passa('27 ms') \g /dev/null
select is((select count(*) from pg_temp.pede(10, 2)), 0::bigint, 'and gives nothing too early');
select pg_temp.passa('1 ms') \g /dev/null
select is((select count(*) from pg_temp.pede(10, 2)), 1::bigint, '1/36 s later one');
select is((select count(*) from pg_temp.pede(10, 2)), 0::bigint, 'and no other');
select pg_temp.passa('1 minute') \g /dev/null
select is((select count(*) from pg_temp.pede(10, 2)), 2::bigint, 'the rest');
select is(pg_temp.fichas(), round(2 / 36.0, 3), 'what went was paid, and no more');
select is((select count(distinct s.id) from seis s join fila_ativa f using (id) where f.status = 'processando'), 3::bigint, 'each once');

-- never more than the burst, the best first; a number's own rate and burst
select pg_temp.passa('1 hour') \g /dev/null
select fila_record('teste', 0, array_agg(f.id), array_agg(f.reserva_seq), array_agg('aceita'::text), array_agg(null::text), array_agg(null::integer),
    array_agg(null::text), array_agg('w' || f.ordem), array_agg(null::text), array_agg(null::text), array_agg(0::bigint)) from fila_ativa f \g /dev/null
select cliente_salvar('P' || i, '119700000' || lpad(i::text, 2, '0')) from generate_series(1, 12) i \g /dev/null
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
select c.empresa_id, c.id, linha.id, agora() + interval '20 hours' from clientes c, linha where c.nome like 'P%';
insert into fila_mensagens (cliente_id, conteudo, prioridade)
select c.id, 'Oi', case when row_number() over (order by c.id) % 6 = 0 then 9 else 5 end from clientes c where c.nome like 'P%';
create temp table vez as select p.id from pg_temp.pede(10, 2) p (id);
select is((select array_agg(f.prioridade order by f.prioridade desc) from vez join fila_ativa f using (id)), '{9,9,5}', 'three tokens, by priority');
update numeros set taxa = 10, rajada = 8 where id = (select id from linha);
select pg_temp.passa('1 hour') \g /dev/null
select is((select count(*) from pg_temp.pede(10, 2)), 4::bigint, 'half of the number''s burst');
select is(pg_temp.fichas(), 0.800, 'at half of its rate');
update numeros set taxa = null, rajada = null, taxa_fator = 0.5, taxa_fator_em = agora() where id = (select id from linha);
update contas set taxa_fator = 0.1, taxa_fator_em = agora();
select pg_temp.passa('2.5 s') \g /dev/null
select is((select count(*) from pg_temp.pede(1, 2, 20)), 1::bigint, 'a rate from the caller');
select is(pg_temp.fichas(), round((1 / (0.5 * 20 * 0.55 * 0.15))::numeric, 3), 'and what throttling left of it');
update numeros set taxa_fator_em = null;
update contas set taxa_fator_em = null;

-- asked for both lanes, the row that is diverted is not paid for; other numbers have their own bucket
select pg_temp.passa('1 hour') \g /dev/null
delete from fila_ativa;
delete from ritmo_degradado where numero_id in (select id from outra);
insert into fila_mensagens (cliente_id, conteudo, numero_id, modelo_id) select pg_temp.de('ana'), 'Oi', outra.id, m.id from outra, modelos m;
select is((select array_agg(c.is_sonda) from outra cross join lateral fila_claim('teste', 60000, array[outra.id], '{5}', '{0}', '{5}', '{null}', '{null}', null, 2) c),
    '{f}', 'another number');
select is((select array_agg(round(extract(epoch from b.cheio_em - agora()), 4)) from ritmo_degradado b join outra on outra.id = b.numero_id), '{0.0020}', 'pays by itself');

-- no marketing: its lanes are not touched, its rows in others wait
select pg_temp.poe('ana', 5, 11, 'lembrete') as m1 \gset
select consentimento_registrar(pg_temp.de('bia'), 'marketing', 'aceito', 'teste', 'teste') \g /dev/null
insert into fila_mensagens (cliente_id, conteudo, tipo) values (pg_temp.de('bia'), 'Oi', 'promocional') returning id as m2 \gset
select is((select count(*) from pg_temp.pede(5, 2, null, 11)), 0::bigint, 'a lane of marketing gives nothing');
select is(array[status, adiamentos::text, espera_motivo], '{pendente,0,null}', 'and its rows stay') from fila_ativa where id = :'m1';
select is((select count(*) from pg_temp.pede(5, 2)), 0::bigint, 'marketing in another lane');
select is(array[status, espera_motivo, tentativas::text, (agendar_para - agora())::text], '{pendente,"sem Redis: marketing espera",0,00:00:30}', 'waits') from fila_ativa where id = :'m2';
select cmp_ok(pg_temp.fichas(), '<=', 0.000, 'and is not paid for');

-- pairs: one in 6 s
delete from fila_ativa;
select pg_temp.poe('ana') as p1 \gset
select pg_temp.poe('ana') as p2 \gset
select pg_temp.poe('ana', 9) as p3 \gset
select pg_temp.poe('bia') as p4 \gset
select is((select array_agg(p) from pg_temp.pede(5, 2) p), array[:'p3'::uuid, :'p4'], 'of three for a person the first in rank; with others');
select is((select array_agg(f.agendar_para - agora() order by f.ordem) from fila_ativa f where f.id in (:'p1', :'p2')), '{6 s,12 s}', 'the others one after the other');
select is((select array_agg(distinct f.espera_motivo) from fila_ativa f where f.id in (:'p1', :'p2')), '{sem Redis: uma mensagem por pessoa a cada 6 s}', 'and say why');
select pg_temp.passa('2 s') \g /dev/null
select pg_temp.poe('ana') as p5 \gset
select is((select count(*) from pg_temp.pede(5, 2)), 0::bigint, 'while one is being sent');
select is(f.agendar_para - agora(), '4 s', 'for what is left of the 6 s') from fila_ativa f where f.id = :'p5';
select is(pg_temp.grava(:'p3', 1, 'aceita', 'wamid.p3'), '1 0 0', 'sent 2 s after its claim');
select pg_temp.passa('4 s') \g /dev/null
select is((select count(*) from pg_temp.pede(5, 2)), 0::bigint, 'it counts');
select is(f.agendar_para - agora(), '2 s', 'from its end') from fila_ativa f where f.id = :'p1';
select pg_temp.passa('2 s') \g /dev/null
select is((select array_agg(f.id) from pg_temp.pede(5, 2) p (id) join fila_ativa f using (id)), array[:'p1'::uuid], 'then the next');
select * from finish();
rollback;
