-- The planner's looks do not walk the dead entries that every claim leaves in the index of reserva_ate
-- (here: all of this transaction, which nothing may clear away; in life, of a snapshot that is held).
begin;
select plan(9);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
select pg_temp.janela('ana');

-- buffers a statement touched
create function pg_temp.folhas(text) returns integer language plpgsql
as $$
declare
    plano json;
begin
    execute 'explain (analyze, buffers, format json) ' || $1 into plano;
    return (plano #>> '{0,Plan,Shared Hit Blocks}')::integer + (plano #>> '{0,Plan,Shared Read Blocks}')::integer;
end
$$;
select pg_temp.folhas('select fila_rescue(100, 600000, null), fila_release(100, 8, 3600000, null), fila_chores()') \g /dev/null
select pg_temp.folhas('select fila_rescue(100, 600000, 10000)') as vazio \gset
select pg_temp.folhas('select fila_release(100, 8, 3600000, 10000)') as vazio_r \gset

-- 20,000 claimed and put back, twice
insert into fila_mensagens (cliente_id, conteudo, tipo) select pg_temp.de('ana'), 'm', 'resposta' from generate_series(1, 10000);
do $$
begin
    for i in 1 .. 4 loop
        perform fila_record('teste', 0, array_agg(p.id), array_agg(p.reserva_seq), array_agg('devolvida'::text), array_agg(null::text),
            array_agg(null::integer), array_agg(null::text), array_agg(null::text), array_agg(null::text), array_agg(null::text), array_agg(0::bigint))
        from pg_temp.pega(10000) p;
    end loop;
end
$$;
update fila_ativa set agendar_para = agora() + interval '1 day';
select pg_temp.depois('2 min');
select cmp_ok(pg_temp.folhas('select fila_rescue(100, 600000, null)'), '>', 100 + :vazio, 'everything: the dead entries are walked');
select cmp_ok(pg_temp.folhas('select fila_rescue(100, 600000, 10000)'), '<', 30 + :vazio, 'from a floor on: they are not');
select cmp_ok(pg_temp.folhas('select fila_release(100, 8, 3600000, null)'), '>', 100 + :vazio_r, 'quarantines: everything');
select cmp_ok(pg_temp.folhas('select fila_release(100, 8, 3600000, 10000)'), '<', 30 + :vazio_r, 'from a floor on');

-- and the look asks nothing that grows with the queue
select cmp_ok(pg_temp.folhas('select fila_chores()'), '<', 100, 'the look beside 10,000 that wait');
-- what ran out is found by both
select pg_temp.nova('ana') as a \gset
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.depois('61 s');
select is(fila_rescue(100, 600000, 10000), 1, 'what ran out since is rescued');
select pg_temp.depois('601 s');
insert into webhooks_vistos values ('200000001', agora());
select is(fila_release(100, 8, 3600000, 10000), 1, 'and released');
-- a sender's report reads no message
select sender_seen('a', 'v', true) \g /dev/null
select cmp_ok(pg_temp.folhas($$select sender_seen('a', 'v', true)$$), '<', 60, 'sender_seen');
-- the last answer of fila_resumo costs no look at the queue
select fila_resumo() \g /dev/null
select cmp_ok(pg_temp.folhas('select fila_resumo()'), '<', 30, 'fila_resumo within its four seconds');
select * from finish();
rollback;
