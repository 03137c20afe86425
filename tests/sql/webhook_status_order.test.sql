-- Statuses in every order, one by one and together, once and twice, with our key and without: the
-- same end, the same times, one effect of sending.
begin;
select plan(12);
\ir fila_gente.sql
\ir webhook_gente.sql
select pg_temp.janela('ana');

-- every order of some statuses
create function pg_temp.ordens(s text[]) returns setof text[] language sql
as $$
    with recursive p (feita, resta) as (
        select '{}'::text[], s
        union all
        select p.feita || x, array_remove(p.resta, x) from p cross join lateral unnest(p.resta) x
    )
    select p.feita from p where p.resta = '{}'
$$;
-- when Meta said it: not the order in which we hear of it
create function pg_temp.quando(s text) returns timestamptz language sql stable
as $$ select agora() - interval '1 hour' + interval '1 minute' * array_position('{sent,delivered,read,played,failed}', s) $$;

-- what becomes of one message: `juntas` in one batch, `chave` with our key, `vezes` each, `antes`
-- before our own answer
create function pg_temp.fim(s text[], juntas boolean, chave boolean, vezes integer, antes boolean) returns text language plpgsql
as $$
declare
    m uuid := pg_temp.enviada('ana', 'wamid.' || nextval('fila_ordem'), case when antes then null else 'aceita' end);
    w text;
    dito text;
begin
    select coalesce(f.wamid, 'wamid.' || nextval('fila_ordem')) into w from fila_mensagens f where f.id = m;
    foreach dito in array s loop
        for i in 1..vezes loop
            perform pg_temp.status(w, dito, case when chave then m || ':1' end, pg_temp.quando(dito), case dito when 'failed' then 131026 end);
            if not juntas then
                perform webhook_apply(10);
            end if;
        end loop;
    end loop;
    perform webhook_apply(100);
    if antes then
        perform pg_temp.grava(m, 1, 'aceita', w);
    end if;
    return (
        select concat_ws(' ', f.status, f.entrega, f.erro_codigo, f.entregue_em - pg_temp.quando('delivered'),
                   f.lida_em - pg_temp.quando('read'), f.falhou_em - pg_temp.quando('failed'))
               || ', ' || (select count(*) from efeitos x where x.tipo = 'fim' and m = any (x.mensagens))
               || ', ' || (select count(*) from tentativas t where t.mensagem_id = m)
        from fila_mensagens f
        where f.id = m and f.wamid = w);
end
$$;
create function pg_temp.fins(s text[], chave boolean, antes boolean) returns text[] language sql
as $$
    select array_agg(distinct coalesce(pg_temp.fim(o, juntas, chave, vezes, antes), 'lost'))
    from pg_temp.ordens(s) o, unnest('{true,false}'::boolean[]) juntas, generate_series(1, 2) vezes
$$;

select is(pg_temp.fins('{sent,delivered,read}', true, false), '{"enviada lida 00:00:00 00:00:00, 1, 0"}', 'all went well');
select is(pg_temp.fins('{sent,delivered,read}', false, false), '{"enviada lida 00:00:00 00:00:00, 1, 0"}', 'found by wamid');
select is(pg_temp.fins('{sent,delivered,read}', true, true), '{"enviada lida 00:00:00 00:00:00, 1, 0"}', 'before our own answer');
select is(pg_temp.fins('{sent,failed}', true, false), '{"enviada falhou 131026 00:00:00, 1, 0"}', 'failed');
select is(pg_temp.fins('{sent,failed}', false, false), '{"enviada falhou 131026 00:00:00, 1, 0"}', 'failed, by wamid');
select is(pg_temp.fins('{sent,failed}', true, true), '{"enviada falhou 131026 00:00:00, 1, 0"}', 'failed, before our own answer');
select is(pg_temp.fins('{sent,delivered,failed}', true, false), '{"enviada entregue 131026 00:00:00 00:00:00, 1, 0"}', 'a failure does not take back a delivery');
select is(pg_temp.fins('{delivered,read,failed}', true, true), '{"enviada lida 131026 00:00:00 00:00:00 00:00:00, 1, 0"}', 'nor a reading');
select is(pg_temp.fins('{read}', true, true), '{"enviada lida 00:01:00 00:00:00, 1, 0"}', 'read implies delivered');
select is((select count(*) from webhook_eventos where erro is not null) + pg_temp.por_aplicar(), 0::bigint, 'every event was applied');

-- the same events once more change nothing
create temp table antes as select id, ctid as era from fila_mensagens;
select count(pg_temp.lista(w)) from webhook_eventos w \g /dev/null
select count(*) from generate_series(1, 20), lateral webhook_apply(1000) \g /dev/null
select is(pg_temp.por_aplicar(), 0::bigint, 'the whole day again');
select is((select count(*) from fila_mensagens f join antes a using (id) where f.ctid <> a.era), 0::bigint, 'rewrites no row');
select * from finish();
rollback;
