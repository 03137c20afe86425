-- fila_throttled, fator_agora: the learnt rate falls to 0.7 of itself, once a second at most, and
-- recovers 0.02 a second.
begin;
select plan(14);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
select id from linha \gset
create function pg_temp.lenta(integer, text) returns numeric language sql
as $$ select round(fila_throttled($1, $2)::numeric, 4) $$;
select is(fator_agora(0.5, null), 1::double precision, 'never throttled');
select is(array[round(fator_agora(0.5, agora())::numeric, 2), round(fator_agora(0.5, agora() - interval '10 s')::numeric, 2), round(fator_agora(0.5, agora() - interval '1 h')::numeric, 2)],
    '{0.50,0.70,1.00}', 'recovers up to 1');
select is(round(fator_agora(0.5, agora() + interval '10 s')::numeric, 2), 0.50, 'a clock set back takes nothing away');

set local role carteiro_sender;
select is(pg_temp.lenta(:id, 'numero'), 0.7000, 'the first time');
select is(pg_temp.lenta(:id, 'numero'), 0.7000, 'told twice in a second it is one');
reset role;
select pg_temp.depois('0.9 s');
select is(pg_temp.lenta(:id, 'numero'), 0.7180, 'still within it: only what it recovered');
select pg_temp.depois('0.1 s');
select is(pg_temp.lenta(:id, 'numero'), 0.5040, 'a second later: 0.7 of what it is by now');
select is((select min(f) from (select pg_temp.depois('1 s'), pg_temp.lenta(:id, 'numero') as f from generate_series(1, 30)) x), 0.1000, 'a tenth stays');
select pg_temp.depois('45 s');
select is((select fator_agora(n.taxa_fator, n.taxa_fator_em) from numeros n), 1::double precision, 'whole again');

select pg_temp.nova('ana') \g /dev/null
select is((select round(l.fator::numeric, 2) from fila_lanes() l), 1.00, 'the lanes tell it');
select is(pg_temp.lenta(:id, 'conta'), 0.7000, 'an account');
select pg_temp.lenta(:id, 'numero') \g /dev/null
select is((select round(l.fator::numeric, 2) from fila_lanes() l), 0.49, 'its number obeys both');
select is(fila_throttled(0, 'numero'), null, 'no such number');
select throws_like($$select fila_throttled(1, 'modelo')$$, 'escopo: %', 'templates have no rate');
select * from finish();
rollback;
