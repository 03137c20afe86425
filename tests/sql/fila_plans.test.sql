-- The hot statements read what they need and no more: on a queue and a month whose statistics are of
-- the day they stood empty, in a session whose plans were made then, and on both analysed full.
begin;
select plan(32);
-- or autovacuum waits for the statistics that we write, and we for it
lock table fila_mensagens, clientes, conversas in share update exclusive mode;
\ir fila_gente.sql
select pg_temp.janela('ana');
insert into webhooks_vistos values ('200000001', 'infinity'); -- or nothing is released

-- what a statement read of fila_ativa and of the months, through indexes and past them
create temp table lido (antes bigint);
create function pg_temp.leu() returns bigint language plpgsql
as $$
declare
    agora_leu bigint;
    leu bigint;
begin
    select sum(coalesce(s.idx_tup_fetch, 0) + s.seq_tup_read) into agora_leu
    from pg_stat_xact_all_tables s
    join pg_partition_tree('fila_mensagens') t on t.relid = s.relid;
    select agora_leu - l.antes into leu from lido l;
    delete from lido;
    insert into lido values (agora_leu);
    return leu;
end
$$;
create function pg_temp.cheia(quantas integer) returns void language sql
as $$
    insert into fila_ativa (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, origem_id, valido_ate)
    select casa.id, pg_temp.de('ana'), linha.id, '+5511987650001', 'Oi', 'pelo_menos_uma', 'c' || i % 3, agora() + '1 day'
    from casa, linha, generate_series(1, $1) i;
    insert into fila_mensagens (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, status, entrega, enviada_em, wamid, encerrada_em)
    select casa.id, pg_temp.de('ana'), linha.id, '+5511987650001', 'Oi', 'pelo_menos_uma', 'enviada', 'aceita', agora(), 'wamid.' || i, agora()
    from casa, linha, generate_series(1, $1) i
$$;

-- one round of everything; `lidas`: what each step read
create function pg_temp.volta(k integer) returns table (passo text, fez bigint, leu bigint) language plpgsql
as $$
declare
    ids uuid[];
    seqs bigint[];
    metade integer;
begin
    perform pg_temp.leu();
    return query select 'lanes', count(*), pg_temp.leu() from fila_lanes();
    select array_agg(p.id), array_agg(p.reserva_seq) into ids, seqs from pg_temp.pega(k) p;
    return query select 'claim', coalesce(cardinality(ids), 0)::bigint, pg_temp.leu();
    ids := coalesce(ids, '{}');
    seqs := coalesce(seqs, '{}');
    metade := cardinality(ids) / 2;
    return query
    select 'record', r.gravadas::bigint, pg_temp.leu()
    from fila_record('teste', 0, ids, seqs,
        array_fill('aceita'::text, array[metade]) || array_fill('desconhecida'::text, array[cardinality(ids) - metade]),
        array_fill(null::text, array[cardinality(ids)]), array_fill(null::integer, array[cardinality(ids)]),
        array_fill(null::text, array[cardinality(ids)]), array_fill('wamid.x'::text, array[cardinality(ids)]),
        array_fill(null::text, array[cardinality(ids)]), array_fill(null::text, array[cardinality(ids)]),
        array_fill(0::bigint, array[cardinality(ids)])) r;
    return query select 'rescue', fila_rescue(k, 0)::bigint, pg_temp.leu();
    insert into relogio (deslocamento) values ('1 second');
    return query select 'release', fila_release(k, 8)::bigint, pg_temp.leu();
    delete from relogio;
    return query select 'expire', fila_expire(k)::bigint, pg_temp.leu();
    return query select 'move', fila_move(ids, 'cancelada', '{x}')::bigint, pg_temp.leu();
    select array_agg(p.id), array_agg(p.reserva_seq) into ids, seqs from pg_temp.pega(k) p;
    perform webhook_store(array_fill('status'::text, array[2 * metade]), array_fill(null::text, array[2 * metade]),
        array_fill(null::text, array[2 * metade]), array(select 'wamid.' || i from generate_series(1, 2 * metade) i),
        array_fill('sent'::text, array[2 * metade]), -- half of them with our key
        array(select i.id || ':' || i.seq from unnest(ids, seqs) as i (id, seq) limit metade) || array_fill(null::text, array[metade]),
        array_fill(null::integer, array[2 * metade]), array_fill(null::bigint, array[2 * metade]), array_fill('{}'::text, array[2 * metade]));
    perform pg_temp.leu();
    return query select 'webhook', webhook_apply(4 * metade)::bigint, pg_temp.leu();
    return query select 'efeitos', efeitos_apply(100)::bigint, pg_temp.leu();
    return query select 'cancelar', count(*), pg_temp.leu() from fila_cancelar_cliente(pg_temp.de('bia'), 'x');
end
$$;

-- plans made on the empty table, kept by the session
insert into lido values (0);
select pg_temp.cheia(100);
select count(*) from generate_series(1, 8), lateral pg_temp.volta(10);

-- statistics of the emptied table: pages, and no rows in them
set role none;
update pg_class set reltuples = 0, relpages = 500 where oid = 'fila_ativa'::regclass or oid in (
    select indexrelid from pg_index where indrelid = 'fila_ativa'::regclass);
set role carteiro_owner;
select pg_temp.cheia(20000);
create temp table kept as select * from pg_temp.volta(200);
select is(fez, 200::bigint, 'claimed') from kept where passo = 'claim';
select is(fez, 200::bigint, 'recorded') from kept where passo = 'record';
select is(fez, 100::bigint, 'released') from kept where passo = 'release';
select is(fez, 100::bigint, 'moved') from kept where passo = 'move';
select is(fez, 200::bigint, 'applied') from kept where passo = 'webhook';
select cmp_ok(fez, '>=', 100::bigint, 'with effects') from kept where passo = 'efeitos';
select cmp_ok(leu, '<', 6000::bigint, passo || ': emptied and refilled') from kept;

-- analysed full; new plans
analyze fila_mensagens;
discard plans;
create temp table fresh as select * from pg_temp.volta(200);
select is(fez, 200::bigint, 'claimed') from fresh where passo = 'claim';
select is(fez, 200::bigint, 'recorded') from fresh where passo = 'record';
select is(fez, 100::bigint, 'released') from fresh where passo = 'release';
select is(fez, 100::bigint, 'moved') from fresh where passo = 'move';
select is(fez, 200::bigint, 'applied') from fresh where passo = 'webhook';
select cmp_ok(fez, '>=', 100::bigint, 'with effects') from fresh where passo = 'efeitos';
select cmp_ok(leu, '<', 6000::bigint, passo || ': analysed') from fresh;
select * from finish();
rollback;
