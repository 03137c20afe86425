-- webhook_apply_status: any order, any number of times, the same end.
begin;
select plan(17);
\ir fila_gente.sql
\ir webhook_gente.sql
insert into relogio (deslocamento) values ('0');
select pg_temp.janela('ana');

-- every order of four statuses ends alike
create temp table ordens as
select row_number() over () as n, array[a, b, c, d] as s
from unnest('{sent,delivered,read,failed}'::text[]) a, unnest('{sent,delivered,read,failed}'::text[]) b,
    unnest('{sent,delivered,read,failed}'::text[]) c, unnest('{sent,delivered,read,failed}'::text[]) d
where (select count(distinct x) from unnest(array[a, b, c, d]) x) = 4;
select is(count(*), 24::bigint, 'orders') from ordens;
create temp table fins as
select o.n, pg_temp.enviada('ana', 'wamid.' || o.n) as id from ordens o;
do $$
declare
    o record;
    s text;
begin
    for o in select * from ordens loop
        foreach s in array o.s loop
            perform pg_temp.status('wamid.' || o.n, s, null,
                agora() + case s when 'sent' then '1 s' when 'delivered' then '2 s' when 'read' then '3 s' else '4 s' end::interval);
            perform webhook_apply(10);
        end loop;
    end loop;
end
$$;
select is((select array_agg(distinct array[f.entrega, (f.entregue_em - agora())::text, (f.lida_em - agora())::text, (f.falhou_em - agora())::text])
    from fila_mensagens f join fins on fins.id = f.id), '{{lida,00:00:02,00:00:03,00:00:04}}', 'one end, with its times');

-- by wamid and by key
select pg_temp.enviada('ana', 'wamid.k') as k \gset
select pg_temp.status('wamid.k', 'sent', :'k' || ':1');
select is(webhook_apply(10), 1, 'by key');
select is(pg_temp.situacao(:'k'), 'enviada enviada wamid.k', 'sent');
select pg_temp.status('wamid.k', 'played', null);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'k'), 'enviada lida wamid.k', 'by wamid; played is read');
select pg_temp.status('wamid.k', 'deleted', null);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'k'), 'enviada lida wamid.k', 'a word that nobody knows changes nothing');

-- twice is once
delete from efeitos;
select pg_temp.status('wamid.k', 'read', null), pg_temp.status('wamid.k', 'read', :'k' || ':1');
select is(webhook_apply(10), 2, 'duplicates are taken');
select is(pg_temp.situacao(:'k'), 'enviada lida wamid.k', 'and change nothing');
select is((select count(*) from efeitos), 0::bigint, 'so there is nothing to tell anybody');

-- the code of a failure, and a failure under a delivery
select pg_temp.enviada('ana', 'wamid.f') as f \gset
select pg_temp.status('wamid.f', 'failed', null, codigo => 131047);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'f'), 'enviada falhou wamid.f 131047', 'with its code');
select pg_temp.status('wamid.f', 'delivered', null);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'f'), 'enviada entregue wamid.f 131047', 'delivered outranks failed');

-- how far back: 8 days, and once more 31
select pg_temp.enviada('ana', 'wamid.v') as v \gset
update relogio set deslocamento = '20 days';
select fila_months(), fila_days();
select pg_temp.status('wamid.v', 'delivered', null);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'v'), 'enviada entregue wamid.v', 'three weeks late');
update relogio set deslocamento = '40 days';
select fila_days();
select pg_temp.status('wamid.v', 'read', null);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'v'), 'enviada entregue wamid.v', 'six weeks are too late');
select is(erro, 'mensagem desconhecida', 'and said') from webhook_eventos where wamid = 'wamid.v' and status = 'read';
update relogio set deslocamento = '0';

-- ten times two thousand in one session: no plan that reads the array for each row
create temp table muitas (id uuid, n integer);
create temp table tempos (ms double precision);
do $$
declare
    inicio timestamptz;
    seqs bigint[];
    ids uuid[];
begin
    for volta in 1..10 loop
        insert into fila_mensagens (cliente_id, conteudo, tipo) select pg_temp.de('ana'), 'm', 'resposta' from generate_series(1, 2000);
        select array_agg(p.id), array_agg(p.reserva_seq) into ids, seqs from pg_temp.pega(2000) p;
        perform fila_record('teste', 0, ids, seqs, array_fill('aceita'::text, array[2000]), array_fill(null::text, array[2000]),
            array_fill(null::integer, array[2000]), array_fill(null::text, array[2000]),
            array(select 'wamid.' || i from unnest(ids) i), array_fill(null::text, array[2000]), array_fill(null::text, array[2000]),
            array_fill(0::bigint, array[2000]));
        insert into webhook_eventos (tipo, wamid, status, chave, ocorrido_em, corpo)
        select 'status', 'wamid.' || i, 'delivered', i || ':1', agora(), '{}' from unnest(ids) i;
        inicio := clock_timestamp();
        perform webhook_apply(2000);
        insert into tempos values (extract(epoch from clock_timestamp() - inicio) * 1000);
    end loop;
end
$$;
select is((select count(*) from fila_mensagens where entrega = 'entregue' and conteudo = 'm'), 20000::bigint, 'all delivered');
select is(pg_temp.por_aplicar(), 0::bigint, 'all applied');
select cmp_ok((select percentile_cont(0.5) within group (order by ms) from tempos), '<', 800::double precision, '2,000 statuses in less than 0.8 s');

select * from finish();
rollback;
