-- fila_retain: what is kept, for how long; a part goes when all of it is older.
begin;
select plan(18);
insert into relogio (deslocamento) values ('0');
create function pg_temp.vai(interval) returns void language sql as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.partes(tabela text) returns bigint language sql as $$ select count(*) from fila_parts(tabela) $$;
create function pg_temp.solta() returns integer language plpgsql
as $$
declare
    n integer := 0;
begin
    while fila_retain() = 1 loop
        n := n + 1;
    end loop;
    return n;
end
$$;
select is((select array_agg(r.tabela || ' ' || r.guardar order by r.tabela) from retencao r),
    '{"fila_mensagens 2 years","tentativas 180 days","webhook_eventos 30 days"}', 'as it comes');
insert into webhook_eventos (tipo, corpo) values ('outro', '{}');
insert into tentativas (mensagem_id, reserva_seq, desfecho) values (gen_random_uuid(), 1, 'zumbi');
select is(fila_retain(), 0, 'nothing is old');
select pg_temp.vai('29 days');
select is(fila_retain(), 0, 'not within 30 days');
select pg_temp.vai('2 days');
select fila_days() \g /dev/null
set local role carteiro_planner;
select is(fila_retain(), 1, 'the first day of webhooks goes when all of it is 30 days old');
select is(fila_retain(), 0, 'that one');
reset role;
select is((select count(*) from webhook_eventos), 0::bigint, 'with what it held');
select is((select count(*) from tentativas), 1::bigint, 'attempts stay longer');
select is((select array_agg(p.parte) from fila_parts('webhook_eventos') p where p.parte like '%antes'), null, 'what was there before is gone');

-- what is still to apply keeps its day
select pg_temp.vai('1 day');
insert into webhook_pendentes (recebido_em, quantos) values (agora() - interval '32 days', 1);
select is(fila_retain(), 0, 'an event that waits keeps all from its day on');
delete from webhook_pendentes;
select is(fila_retain(), 1, 'until it is applied');

-- settings
set local role carteiro_ops_escrita;
update retencao set guardar = '60 days' where tabela = 'webhook_eventos';
select throws_ok($$update retencao set guardar = '1 day' where tabela = 'webhook_eventos'$$, '23514', null, 'Meta repeats webhooks for seven days');
select throws_ok($$update retencao set guardar = '1 month' where tabela = 'fila_mensagens'$$, '23514', null, 'statuses are looked up over a month');
reset role;
select pg_temp.vai('1 day');
select is(fila_retain(), 0, 'kept for longer from now on');

-- months of the queue: never the live part
select pg_temp.vai('800 days');
select fila_months(), fila_days() \g /dev/null
select pg_temp.partes('fila_mensagens') as antes \gset
select ok(pg_temp.solta() > 1, 'years later all that is older goes');
select cmp_ok(pg_temp.partes('fila_mensagens'), '<', :antes::bigint, 'months among it');
select ok(exists (select from fila_parts('fila_mensagens') p where p.parte = 'fila_ativa'), 'the live part stays');
select ok((select min(p.ate) from unnest('{fila_mensagens,webhook_eventos,tentativas}'::text[]) t join retencao r on r.tabela = t
    cross join lateral fila_parts(t) p where p.ate <= agora() - r.guardar) is null, 'nothing too old is left');
select lives_ok($$insert into tentativas (mensagem_id, reserva_seq, desfecho) values (gen_random_uuid(), 1, 'zumbi')$$, 'and today has its place');
select * from finish();
rollback;
