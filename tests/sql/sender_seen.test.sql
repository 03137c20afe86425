-- sender_seen: the mode that binds all senders, as a table of cases; who counts; what a change leaves.
begin;
select plan(29);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;

-- the senders there are: seen s seconds ago, with Redis for `tem`, or without it for `sem` seconds
create function pg_temp.frota(text) returns void language sql
as $$
    delete from trabalhadores;
    insert into trabalhadores (nome, processo, versao, visto_em, redis_desde, redis_perdido_em)
    select f[1], 'carteiro-sender', 'v', agora() - make_interval(secs => f[2]::double precision),
        case when f[3] = 'tem' then agora() - make_interval(secs => f[4]::double precision) end,
        case when f[3] = 'sem' then agora() - make_interval(secs => f[4]::double precision) end
    from regexp_split_to_table($1, ', *') as s
    cross join lateral (select string_to_array(s, ' ') as f) as x
    where s <> '';
$$;
create temp table casos (n integer generated always as identity, atual text, frota text, redis boolean, devido text, vivos integer, porque text);
insert into casos (atual, frota, redis, devido, vivos, porque) values
    ('normal',    '',                               true,  'normal',    1, 'the first sender, with Redis'),
    ('normal',    '',                               false, 'degradado', 1, 'the first sender, without'),
    ('normal',    '',                               null,  'degradado', 1, 'who does not know does not have it'),
    ('normal',    'b 3 tem 100',                    false, 'degradado', 2, 'one of two lost it'),
    ('normal',    'b 3 sem 1',                      true,  'degradado', 2, 'the other one lost it'),
    ('normal',    'b 16 sem 20',                    true,  'normal',    1, 'who is silent for 15 s does not count'),
    ('normal',    'b 3 sem 59',                     true,  'degradado', 2, 'alone without it, but not for a minute'),
    ('normal',    'b 3 sem 60',                     true,  'normal',    1, 'alone without it for a minute: counts no more'),
    ('normal',    'b 3 sem 60, c 3 sem 60',         false, 'degradado', 3, 'nobody has it: all count, however long'),
    ('normal',    'a 3 sem 70, b 3 tem 100',        false, 'normal',    1, 'the one itself that counts no more'),
    ('normal',    'a 3 sem 70, b 16 tem 100',       false, 'degradado', 1, 'the one that had it is silent: this one counts again'),
    ('degradado', 'a 1 tem 0.5',                    true,  'degradado', 1, 'back, but not for a second'),
    ('degradado', 'a 1 tem 1',                      true,  'normal',    1, 'back for a second'),
    ('degradado', 'a 1 sem 5',                      true,  'degradado', 1, 'back this moment'),
    ('degradado', 'a 1 tem 9, b 1 tem 0.5',         true,  'degradado', 2, 'the other one is not back for a second'),
    ('degradado', 'a 1 tem 9, b 1 sem 9',           true,  'degradado', 2, 'the other one is not back'),
    ('degradado', 'a 1 tem 9, b 20 sem 9',          true,  'normal',    1, 'the other one died without it'),
    ('degradado', 'a 1 tem 9, b 1 sem 60',          true,  'normal',    1, 'the other one counts no more'),
    ('degradado', 'a 20 tem 99',                    true,  'degradado', 1, 'back from a silence: nobody knows what it had meanwhile');
create function pg_temp.caso(c casos) returns text language plpgsql
as $$
declare
    dito record;
begin
    perform pg_temp.frota(c.frota);
    update modo_envio set modo = c.atual;
    select * into dito from sender_seen('a', 'v', c.redis);
    return dito.modo || ' ' || dito.vivos;
end
$$;
select is(pg_temp.caso(c), c.devido || ' ' || c.vivos, c.porque) from casos c order by c.n;

-- a change: one epoca, one line of auditoria; the first instant of a state is kept
update modo_envio set modo = 'normal', epoca = 7;
select pg_temp.frota('a 1 tem 9, b 1 tem 9');
create temp table audit as select max(id) as ate from auditoria;
set local role carteiro_sender;
select is((select array[s.modo, s.epoca::text, s.suspeitas::text] from sender_seen('a', 'v', false) s), '{degradado,8,false}', 'a change is a new epoca');
select is((select array[s.modo, s.epoca::text] from sender_seen('b', 'v', false) s), '{degradado,8}', 'told by two it is one');
reset role;
select pg_temp.depois('2 s');
select is((select s.epoca from sender_seen('a', 'v', true) s), 8::bigint, 'one is back');
select is((select agora() - t.redis_perdido_em from trabalhadores t, sender_seen('b', 'v', false) where t.nome = 'b'), '2 s'::interval, 'since when the other one is without');
select is((select s.epoca from sender_seen('b', 'v', true) s), 8::bigint, 'both are');
select pg_temp.depois('1 s');
select is((select array[s.modo, s.epoca::text] from sender_seen('a', 'v', true) s), '{normal,9}', 'for a second: a new epoca again');
select is((select array_agg(u.action || ' ' || u.alvo || ' ' || (u.payload ->> 'epoca') order by u.id) from auditoria u, audit a where u.id > a.ate),
    '{modo_envio degradado 8,modo_envio normal 9}', 'each change is in auditoria, once');

-- a decent end counts no more at once
select pg_temp.frota('a 1 tem 9, b 1 sem 9');
update modo_envio set modo = 'degradado';
set local role carteiro_sender;
select sender_gone('b') \g /dev/null
select is((select s.modo || s.vivos from sender_seen('a', 'v', true) s), 'normal1', 'who said goodbye does not count');
reset role;

-- forgotten after a day
update trabalhadores set visto_em = agora() - interval '25 hours' where nome = 'a';
select sender_seen('b', 'v', true) \g /dev/null
select is((select string_agg(t.nome, ' ') from trabalhadores t), 'b', 'silent for a day: forgotten');

-- who cost two senders is to be claimed alone, when it is due and may leave
select pg_temp.nova('ana') as m \gset
update fila_ativa set resgates = 2 where id = :'m';
create function pg_temp.suspeita() returns boolean language sql as $$ select s.suspeitas from sender_seen('b', 'v', true) s $$;
select pg_temp.suspeita() as agora \gset
update fila_ativa set agendar_para = agora() + interval '1 minute' where id = :'m';
select pg_temp.suspeita() as depois \gset
update fila_ativa set agendar_para = agora(), resgates = 1 where id = :'m';
select pg_temp.suspeita() as uma \gset
update fila_ativa set resgates = 2 where id = :'m';
select fila_pausar('x', numero => '200000001') \g /dev/null
select pg_temp.suspeita() as pausada \gset
select is(array[:'agora', :'depois', :'uma', :'pausada'], '{t,f,f,f}', 'suspeitas: due; not yet due; rescued once; its number is paused');
select * from finish();
rollback;
