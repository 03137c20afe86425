-- fila_days, fila_parts: the days of webhooks and attempts, two weeks ahead, without gaps.
begin;
select plan(14);
insert into relogio (deslocamento) values ('0');
create function pg_temp.hoje(adiante integer default 0) returns timestamptz language sql
as $$ select (date_trunc('day', agora() at time zone 'UTC') + make_interval(days => adiante)) at time zone 'UTC' $$;
create function pg_temp.fim(tabela text) returns timestamptz language sql as $$ select max(p.ate) from fila_parts(tabela) p $$;
create function pg_temp.furos(tabela text) returns bigint language sql
as $$
    select count(*)
    from (select p.de, lag(p.ate) over (order by p.de nulls first) as antes from fila_parts($1) p) as x
    where x.de is distinct from x.antes
$$;
select is(pg_temp.fim('webhook_eventos'), pg_temp.hoje(15), 'webhooks: today and fourteen days');
select is(pg_temp.fim('tentativas'), pg_temp.hoje(15), 'attempts too');
select is(fila_days(), 0, 'made once');
update relogio set deslocamento = '3 days';
set local role carteiro_planner;
select is(fila_days(), 6, 'three days later three more of each');
reset role;
select is(pg_temp.furos('webhook_eventos') + pg_temp.furos('tentativas'), 0::bigint, 'no gap between two');
select is((select array_agg(p.parte order by p.parte collate "C") from fila_parts('webhook_eventos') p where p.de is null), '{webhook_eventos_antes}',
    'one part holds what was there before there were parts');
select is((select p.ate from fila_parts('fila_mensagens') p where p.parte = 'fila_ativa'), null, 'the live part of the queue has no end');

-- a clock that was far ahead, or a planner that was gone for long: days between are made as soon as it looks
update relogio set deslocamento = '100 days';
select is(fila_days(), 32, 'yesterday''s, today''s and two weeks');
update relogio set deslocamento = '0';
select is(fila_days(), 0, 'the clock set back');

select is((select count(*) from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('webhook_eventos'::regclass, 'tentativas'::regclass) and not (c.relrowsecurity and c.relforcerowsecurity)),
    0::bigint, 'row level security on each: a failed CHECK must not print a row');
select is((select count(*) from pg_inherits i
    where i.inhparent in ('webhook_eventos'::regclass, 'tentativas'::regclass)
      and not exists (select 1 from pg_index x where x.indrelid = i.inhrelid and x.indisprimary)),
    0::bigint, 'a primary key on each: a publication needs it');
-- attached by its CHECK, no part was read for it
select is((select count(*) from pg_inherits i where i.inhparent in ('webhook_eventos'::regclass, 'tentativas'::regclass)
      and not exists (select 1 from pg_constraint k where k.conrelid = i.inhrelid and k.conname like '%\_limites')), 0::bigint, 'and its bounds as a CHECK');
insert into webhook_eventos (tipo, corpo, recebido_em) values ('outro', '{}', pg_temp.hoje(14) + interval '23:59:59.999999');
insert into tentativas (mensagem_id, reserva_seq, desfecho, em) values (gen_random_uuid(), 1, 'zumbi', pg_temp.hoje(14));
select is((select array_agg(w.tableoid::regclass::text) from webhook_eventos w), array['webhook_eventos_' || to_char(pg_temp.hoje(14) at time zone 'UTC', 'YYYY_MM_DD')], 'an event has its day');
select is((select array_agg(t.tableoid::regclass::text) from tentativas t), array['tentativas_' || to_char(pg_temp.hoje(14) at time zone 'UTC', 'YYYY_MM_DD')], 'an attempt too');
select * from finish();
rollback;
