-- Whoever looks people up message by message reads a few rows each time, whatever the statistics say of
-- clientes and identidades: by plans made when nobody was there, never analysed, of the day they stood
-- empty, and analysed full.
begin;
select plan(44);
-- or autovacuum waits for the statistics that we write, and we for it
lock table clientes, identidades in share update exclusive mode;
\ir fila_gente.sql
\ir webhook_gente.sql

-- of people and by what they are known: entries of indexes and rows read, and pages of both, since the last
-- call: a walk of an index that finds nothing reads pages alone
create temp table lido (tuplas bigint, paginas bigint);
insert into lido values (0, 0);
create function pg_temp.leu(out tuplas bigint, out paginas bigint) language plpgsql
as $$
declare
    ate record;
begin
    select sum(pg_stat_get_xact_tuples_returned(r.oid) + pg_stat_get_xact_tuples_fetched(r.oid)) as tuplas,
        sum(pg_stat_get_xact_blocks_fetched(r.oid)) as paginas
    into ate
    from (
        select unnest(array['clientes'::regclass, 'identidades'::regclass])::oid as oid
        union all
        select i.indexrelid from pg_index i where i.indrelid in ('clientes'::regclass, 'identidades'::regclass)) as r;
    select ate.tuplas - l.tuplas, ate.paginas - l.paginas into tuplas, paginas from lido l;
    update lido set tuplas = ate.tuplas, paginas = ate.paginas;
end
$$;
create function pg_temp.fone(i bigint) returns text language sql as $$ select '55119' || (70000000 + $1) $$;
create function pg_temp.cheia(de integer, ate integer) returns void language sql
as $$
    insert into clientes (empresa_id, primeiro_nome, telefone, metadata)
    select casa.id, 'P' || i, '+' || pg_temp.fone(i), jsonb_build_object('externo_id', 'x' || i) from casa, generate_series($1, $2) i;
    insert into identidades (empresa_id, cliente_id, tipo, valor)
    select c.empresa_id, c.id, 'telefone', c.telefone
    from clientes c where right(c.telefone, 8)::bigint - 70000000 between $1 and $2 and right(c.telefone, 1) < '5'
$$;
-- one round for k people from the one behind `de` on; what each step read
create function pg_temp.volta(de integer, k integer) returns table (passo text, tuplas bigint, paginas bigint) language plpgsql
as $$
declare
    v_casa uuid := (select id from casa);
    v_ids uuid[];
begin
    perform pg_temp.leu();
    perform cliente_localizar(v_casa, '+' || pg_temp.fone(i)) from generate_series($1, $1 + k - 1) i;
    return query select 'localizar', l.* from pg_temp.leu() l;
    perform cliente_localizar(v_casa, '+552133' || i) from generate_series(100000, 99999 + k) i;
    return query select 'localizar nobody', l.* from pg_temp.leu() l;
    perform cliente_resolver(v_casa, 'x' || i) from generate_series($1, $1 + k - 1) i;
    return query select 'resolver', l.* from pg_temp.leu() l;
    perform pg_temp.escreveu('wamid.' || i, pg_temp.fone(i), 'oi') from generate_series($1, $1 + k - 1) i;
    perform pg_temp.leu();
    perform webhook_apply(k);
    return query select 'webhook', l.* from pg_temp.leu() l;
    v_ids := array(select r.cliente_id from mensagens_recebidas r order by r.id desc limit k);
    perform pg_temp.leu();
    perform enfileirar(i, 'Oi') from unnest(v_ids) i;
    return query select 'enfileirar', l.* from pg_temp.leu() l;
end
$$;

-- plans made when hardly anybody was there, kept by the session
select count(*) from generate_series(1, 8) v, lateral pg_temp.volta(v, 1) \g /dev/null
select pg_temp.cheia(1001, 9000) \g /dev/null
create temp table r (quando text, passo text, tuplas bigint, paginas bigint);
insert into r select 'old plans', v.* from pg_temp.volta(1001, 100) v;
discard plans;
insert into r select 'never analysed', v.* from pg_temp.volta(1101, 100) v;
set role none;
update pg_class set reltuples = 0, relpages = 500
where oid in ('clientes'::regclass, 'identidades'::regclass)
   or oid in (select indexrelid from pg_index where indrelid in ('clientes'::regclass, 'identidades'::regclass));
set role carteiro_owner;
discard plans;
insert into r select 'emptied', v.* from pg_temp.volta(1201, 100) v;
analyze clientes, identidades;
discard plans;
insert into r select 'full', v.* from pg_temp.volta(1301, 100) v;
select cmp_ok(tuplas, '<', 100 * 20::bigint, quando || ': ' || passo || ', people read') from r;
select cmp_ok(paginas, '<', 100 * 60::bigint, quando || ': ' || passo || ', pages') from r;
select is((select count(*) from mensagens_recebidas), 408::bigint, 'all that was written is kept');
select is((select count(*) from clientes where telefone like '+551197000____'), 8 + 8000::bigint, 'nobody is made twice');

-- the walk of a segment by id keeps its index, which others do not take; among people of ten companies
insert into empresas (nome) select 'Outra ' || i from generate_series(1, 9) i;
insert into clientes (empresa_id, primeiro_nome, telefone)
select e.id, 'P', '+' || pg_temp.fone(i) from empresas e, generate_series(1, 2000) i where e.nome like 'Outra %';
analyze clientes;
set role none;
update pg_class set relallvisible = relpages where oid = 'clientes'::regclass; -- as vacuum says
set role carteiro_owner;
select id as c from campanha_criar('c', 'promocional', 'Oi!', max_por_dia => null, empresa => 'Clínica') \gset
select campanha_iniciar(:'c') \g /dev/null
create function pg_temp.andou() returns bigint language sql as $$ select pg_stat_get_xact_numscans('clientes_segmento'::regclass) $$;
select pg_temp.andou() as antes \gset
select is(:antes::bigint, 0::bigint, 'nobody was looked up by clientes_segmento');
select campanha_freeze(:'c', 2000) \g /dev/null
select is(pg_temp.andou(), 1::bigint, 'a stretch is one walk of it');
select * from finish();
rollback;
