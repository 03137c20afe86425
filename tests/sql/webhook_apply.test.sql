-- webhook_apply: a batch of statuses that fails as a whole is applied one by one.
begin;
select plan(9);
\ir fila_gente.sql
\ir webhook_gente.sql
select pg_temp.janela('ana');
select pg_temp.enviada('ana', 'wamid.A') as a \gset
select pg_temp.enviada('ana', 'wamid.B') as b \gset

-- one row that refuses its change, as a constraint of tomorrow might
create function pg_temp.recusa() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$;
select format('fila_%s', to_char(agora() at time zone 'UTC', 'YYYY_MM')) as mes \gset
create trigger recusa before update on :"mes" for each row when (old.wamid = 'wamid.A') execute function pg_temp.recusa();

select pg_temp.status('wamid.A', 'delivered'), pg_temp.status('wamid.B', 'delivered');
select is(webhook_apply(10), 2, 'both are taken');
select is(array[pg_temp.situacao(:'a'), pg_temp.situacao(:'b')], '{enviada aceita wamid.A,enviada entregue wamid.B}', 'the good one is applied');
select is((select array_agg(wamid || ' ' || erro) from webhook_eventos where erro is not null), '{wamid.A P0001: not this one}', 'the bad one says why');
select is(webhook_apply(10), 0, 'and comes no more');

-- the planner takes only what the gateways have left
select pg_temp.status('wamid.B', 'read');
select is(webhook_apply(10, 5000), 0, 'what has just come is the gateway''s');
insert into webhook_pendentes (recebido_em, quantos) values (agora() - interval '6 s', 3);
select is(webhook_apply(10, 5000), 3, 'what waits for longer was left');
select is(pg_temp.por_aplicar(), 1::bigint, 'and no more');

-- whole rows, until they hold n events: nothing else is taken
insert into webhook_pendentes (recebido_em, quantos) select agora() + i * interval '1 s', 400 from generate_series(1, 5) i;
select is(webhook_apply(500), 801, 'enough rows for n');
select is(pg_temp.por_aplicar(), 1200::bigint, 'the rest is for others');
select * from finish();
rollback;
