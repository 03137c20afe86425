-- What claims and looks read, in a session that made its plans on the empty queue: on a queue never
-- analysed, on one whose statistics are of the day it stood empty, and analysed full; ten times with
-- 2,000 rows. With pauses, without Redis, alone, known lanes from floors, settled late.
begin;
select plan(57);
-- or autovacuum waits for the statistics that we write, and we for it
lock table fila_mensagens, clientes, conversas in share update exclusive mode;
\ir fila_gente.sql
select pg_temp.janela('ana'), pg_temp.janela('bia'), pg_temp.janela('caio') \g /dev/null
insert into relogio (deslocamento) values ('0');
update numeros set taxa = 20000, rajada = 20000;
insert into pausas (escopo, modelo_id, motivo, automatica, ate) select 'modelo', id, 'x', true, agora() + interval '1 day' from modelos;
create temp table ontem as select * from pausas;
delete from pausas;

-- what a statement read of the queue, its months and the people, through indexes and past them
create temp table lido (antes bigint);
insert into lido values (0);
create function pg_temp.leu() returns bigint language plpgsql
as $$
declare
    agora_leu bigint;
    leu bigint;
begin
    select sum(coalesce(s.idx_tup_fetch, 0) + s.seq_tup_read) into agora_leu
    from pg_stat_xact_all_tables s
    where s.relid in (select relid from pg_partition_tree('fila_mensagens'))
       or s.relid in ('clientes'::regclass, 'conversas'::regclass, 'ritmo_degradado'::regclass, 'tentativas'::regclass);
    select agora_leu - l.antes into leu from lido l;
    update lido set antes = agora_leu;
    return leu;
end
$$;
-- k rows for each of n people, and as many finished ones
create function pg_temp.cheia(quantas integer) returns void language plpgsql as $$
declare
    v_linha integer := (select id from linha);
    v_casa uuid := (select id from casa);
begin
    insert into clientes (empresa_id, nome, primeiro_nome, telefone)
    select v_casa, 'P', 'P', '+55119' || lpad((n + (select count(*) from clientes))::text, 8, '0') from generate_series(1, $1) n;
    insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
    select v_casa, c.id, v_linha, agora() + interval '20 hours' from clientes c on conflict do nothing;
    insert into fila_ativa (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, origem_id, valido_ate, agendar_para)
    select v_casa, c.cliente_id, v_linha, '+5511987650001', 'Oi', 'pelo_menos_uma', 'c', agora() + '1 day', agora() - interval '1 minute'
    from conversas c order by c.id desc limit $1;
    insert into fila_mensagens (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, status, entrega, enviada_em, wamid, encerrada_em)
    select v_casa, c.cliente_id, v_linha, '+5511987650001', 'Oi', 'pelo_menos_uma', 'enviada', 'aceita', agora(), 'w', agora() - interval '1 minute'
    from conversas c order by c.id desc limit $1;
end
$$;
create temp table pega as select * from pg_temp.pega(0) with no data;
create function pg_temp.conta(k integer) returns bigint language plpgsql as $$
declare
    quantas bigint;
begin
    delete from pega;
    insert into pega select * from pg_temp.pega($1);
    get diagnostics quantas = row_count;
    return quantas;
end
$$;
-- one round: claims of k rows in each mode, looks, and a record of what others have ended
create function pg_temp.volta(k integer) returns table (passo text, fez bigint, leu bigint) language plpgsql
as $$
declare
    v_linha integer := (select id from linha);
    v_ids uuid[];
begin
    perform pg_temp.leu();
    return query
    select 'lanes_known', count(*), pg_temp.leu()
    from fila_lanes_known(array[v_linha], '{5}', '{0}', array[agora() - interval '10 minutes'], '{0}');
    return query select 'claim', pg_temp.conta(k), pg_temp.leu();
    insert into pausas overriding system value select * from ontem;
    return query select 'claim beside a pause', pg_temp.conta(k), pg_temp.leu();
    delete from pausas;
    update modo_envio set modo = 'degradado', epoca = epoca + 1, desde = agora() - interval '1 hour';
    perform pg_temp.leu();
    return query select 'claim without Redis', pg_temp.conta(k), pg_temp.leu();
    update modo_envio set modo = 'normal', epoca = epoca + 1;
    update fila_ativa f set resgates = 2
    from (select x.id from fila_ativa x where x.status = 'pendente' limit 3) p where f.id = p.id;
    perform pg_temp.leu();
    return query select 'alone', count(*), pg_temp.leu() from fila_claim_alone('teste', 60000);

    -- ended by people while they were being sent, then accepted
    select array_agg(p.id) into v_ids from pega p;
    update fila_ativa f set status = 'incerta', reservada_por = null, processando_desde = null where f.id = any (v_ids);
    perform fila_move(v_ids, 'cancelada', '{x}');
    perform pg_temp.leu();
    return query
    select 'settle', r.liquidadas::bigint, pg_temp.leu()
    from (select array_agg(p.id) as ids, array_agg(p.reserva_seq) as seqs, count(*)::integer as n from pega p) p
    cross join lateral fila_record('teste', 0, p.ids, p.seqs, array_fill('aceita'::text, array[p.n]),
        array_fill(null::text, array[p.n]), array_fill(null::integer, array[p.n]), array_fill(null::text, array[p.n]),
        array_fill('wamid.x'::text, array[p.n]), array_fill(null::text, array[p.n]), array_fill(null::text, array[p.n]),
        array_fill(0::bigint, array[p.n])) r;
    return query select 'efeitos', efeitos_apply(100)::bigint, pg_temp.leu();
    -- as if sent a while ago: the next round's people are free again
    update relogio set deslocamento = deslocamento + interval '10 s';
end
$$;

-- plans made on the empty queue
select count(*) from generate_series(1, 8), lateral pg_temp.volta(5) \g /dev/null

-- never analysed
select pg_temp.cheia(20000) \g /dev/null
create temp table crua as select * from pg_temp.volta(200);
select is(fez, case passo when 'lanes_known' then 1 when 'alone' then 1 else 200 end::bigint, passo || ': never analysed')
from crua where passo <> 'efeitos';
select cmp_ok(leu, '<', 7000::bigint, passo || ': never analysed') from crua;

-- statistics of the emptied queue: pages, and no rows in them
set role none;
update pg_class set reltuples = 0, relpages = 500
where oid in (select relid from pg_partition_tree('fila_mensagens')) or oid in ('clientes'::regclass, 'conversas'::regclass)
   or oid in (select i.indexrelid from pg_index i where i.indrelid in ('fila_ativa'::regclass, 'clientes'::regclass, 'conversas'::regclass));
set role carteiro_owner;
discard plans;
create temp table vazia as select * from pg_temp.volta(200);
select is(fez, case passo when 'lanes_known' then 1 when 'alone' then 1 else 200 end::bigint, passo || ': emptied')
from vazia where passo <> 'efeitos';
select cmp_ok(leu, '<', 7000::bigint, passo || ': emptied') from vazia;

-- analysed full
analyze fila_mensagens, clientes, conversas;
discard plans;
create temp table cheia as select * from pg_temp.volta(200);
select is(fez, case passo when 'lanes_known' then 1 when 'alone' then 1 else 200 end::bigint, passo || ': analysed')
from cheia where passo <> 'efeitos';
select cmp_ok(leu, '<', 7000::bigint, passo || ': analysed') from cheia;

-- ten times 2,000 in one session; each row is read a fixed number of times
select pg_temp.cheia(40000) \g /dev/null
create temp table dez as select n, v.* from generate_series(1, 10) n, lateral pg_temp.volta(2000) v;
select is(min(fez), 2000::bigint, passo || ': ten times 2,000') from dez where passo ~ '^claim|settle' group by passo;
select cmp_ok(max(leu), '<', 70000::bigint, passo || ': ten times 2,000') from dez group by passo;

-- nothing waits: a few pages
delete from fila_ativa;
create temp table nada as select * from pg_temp.volta(200);
select cmp_ok(leu, '<', 200::bigint, passo || ': empty') from nada;
select * from finish();
rollback;
