-- fila_reach: unique people outside the window in the last 24 h, of all numbers of the portfolio and
-- of no other, first contact first; what may have reached them counts.
begin;
select plan(15);
\ir fila_gente.sql
insert into relogio (deslocamento) select date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + interval '20 days' - now();
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.alcance() returns text language sql
as $$
    select coalesce(string_agg(g.quem || ' ' || r.ha_ms / 1000, ', ' order by g.quem), '')
    from fila_reach((select c.portfolio_id from contas c where c.waba_id = '100000001')) r
    join identidades i on i.valor = r.destino
    join gente g on g.id = i.cliente_id
$$;
select m.id as modelo from modelos m \gset
set local role carteiro_sender;
select is((select count(*) from fila_reach(0)), 0::bigint, 'no such portfolio');
reset role;
select is(pg_temp.alcance(), '', 'nobody');

-- ana wrote to us: inside her window; bia did not
select pg_temp.janela('ana');
select pg_temp.nova('ana') as a \gset
select pg_temp.nova('bia', modelo => :modelo) as b \gset
select is(pg_temp.alcance(), '', 'what waits has reached nobody');
select count(*) from pg_temp.pega() \g /dev/null
select is(pg_temp.alcance(), '', 'just claimed: it waits for this count');
select pg_temp.depois('10 s');
select is(pg_temp.alcance(), 'bia 10', 'since it left');
select pg_temp.grava(:'a', 1, 'aceita', 'wamid.A') \g /dev/null
select pg_temp.grava(:'b', 1, 'desconhecida') \g /dev/null
select pg_temp.depois('10 s');
select is(pg_temp.alcance(), 'bia 10', 'unknown: it may, since that was known');
select pg_temp.grava(:'b', 1, 'aceita', 'wamid.B') \g /dev/null
select pg_temp.depois('5 s');
select is(pg_temp.alcance(), 'bia 5', 'accepted; a message inside the window does not count');

-- again, and another one who refuses
select pg_temp.nova('bia', modelo => :modelo) as b2 \gset
select pg_temp.nova('caio', modelo => :modelo) as c \gset
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.grava(:'b2', 1, 'aceita', 'wamid.B2') \g /dev/null
select is(pg_temp.alcance(), 'bia 5', 'a person once, since the first contact');
select pg_temp.grava(:'c', 1, 'recusada') \g /dev/null
select is(pg_temp.alcance(), 'bia 5', 'refused: reached nobody');

-- another number of the portfolio counts, one of another portfolio does not
select conta_salvar('100000002', 'token2') \g /dev/null
select id as outro from numero_salvar('200000002', conta => '100000002') \gset
update fila_mensagens set numero_id = :outro where id = :'b2';
select is((select count(*) from fila_reach((select portfolio_id from contas where waba_id = '100000002'))), 1::bigint, 'the other portfolio');
select is(pg_temp.alcance(), 'bia 5', 'each its own');
update contas set portfolio_id = (select portfolio_id from contas where waba_id = '100000001');
update fila_mensagens set numero_id = :outro where id = :'b';
select is(pg_temp.alcance(), 'bia 5', 'two numbers of one portfolio: one person');

-- 24 hours; and over the end of a month
select pg_temp.depois('23:59:54');
select is(pg_temp.alcance(), 'bia 86399', 'a second before a day is over');
select pg_temp.depois('1 s');
select is(pg_temp.alcance(), 'bia 86395', 'over: the second contact is the first now');

-- from one month into the next
update relogio set deslocamento = (date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC' - interval '10 min' - now();
select pg_temp.nova('caio', modelo => :modelo) as d \gset
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.grava(:'d', 1, 'aceita', 'wamid.D') \g /dev/null
select pg_temp.depois('20 min');
select pg_temp.nova('bia', modelo => :modelo) as e \gset
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.grava(:'e', 1, 'aceita', 'wamid.E') \g /dev/null
select is(pg_temp.alcance(), 'bia 0, caio 1200', 'over the end of a month');
select * from finish();
rollback;
