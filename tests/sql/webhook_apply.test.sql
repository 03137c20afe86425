-- webhook_apply: a batch of statuses that fails as a whole is applied one by one.
begin;
select plan(4);
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
select * from finish();
rollback;
