-- efeitos_apply_conversa and its neighbours: a message that was accepted names its conversa, and its row
-- is written again only where it named one that did not come to be.
begin;
select plan(19);
\ir fila_gente.sql
\ir webhook_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.lugar(uuid) returns text language sql as $$ select f.ctid || ' ' || f.tableoid from fila_mensagens f where f.id = $1 $$;
create function pg_temp.da(quem text) returns uuid language sql
as $$ select cv.id from conversas cv where cv.cliente_id = pg_temp.de(quem) and cv.status = 'ativa' $$;
create function pg_temp.dela(uuid) returns uuid language sql as $$ select f.conversa_id from fila_mensagens f where f.id = $1 $$;
-- by template: nobody has a conversa yet
create function pg_temp.primeira(quem text, desfecho text default 'aceita') returns uuid language plpgsql
as $$
declare
    v_id uuid;
begin
    insert into fila_mensagens (cliente_id, modelo_id, tipo) select pg_temp.de(quem), m.id, 'resposta' from modelos m returning id into v_id;
    perform pg_temp.grava(p.id, p.reserva_seq, desfecho, 'wamid.' || p.id) from pg_temp.pega() p;
    return v_id;
end
$$;

-- the first message of all
select pg_temp.primeira('ana') as a \gset
select is(pg_temp.dela(:'a'), :'a'::uuid, 'an accepted message without a conversa names one by its own id');
select pg_temp.lugar(:'a') as antes \gset
select is(efeitos_apply(20), 1, 'applied');
select is(pg_temp.da('ana'), :'a'::uuid, 'the conversa that is opened for it has that id');
select is(pg_temp.lugar(:'a'), :'antes', 'and its row was not written again');

-- the next one: told by the claim
select pg_temp.primeira('ana') as b \gset
select is(pg_temp.dela(:'b'), :'a'::uuid, 'the claim tells the next one');

-- two before the effects of either
select pg_temp.primeira('bia') as c \gset
select pg_temp.primeira('bia') as d \gset
select isnt(pg_temp.dela(:'c'), pg_temp.dela(:'d'), 'each named its own');
select count(*) from efeitos_apply(20) \g /dev/null
select is(array[pg_temp.dela(:'c'), pg_temp.dela(:'d')], array[pg_temp.da('bia'), pg_temp.da('bia')], 'both name the one that was opened');
select ok(pg_temp.da('bia') in (:'c', :'d'), 'one of theirs');

-- the person wrote first
select pg_temp.primeira('caio') as e \gset
insert into conversas (empresa_id, cliente_id, numero_id) select f.empresa_id, f.cliente_id, f.numero_id from fila_mensagens f where f.id = :'e';
select count(*) from efeitos_apply(20) \g /dev/null
select is(pg_temp.dela(:'e'), pg_temp.da('caio'), 'one that somebody else opened is named');
select isnt(pg_temp.da('caio'), :'e'::uuid, 'it has its own id');

-- a conversa that was closed is not opened twice, and its messages stay its own
update conversas set status = 'encerrada' where id = :'a';
update fila_mensagens set conversa_id = :'a' where id = :'b';
insert into efeitos (tipo, em, ate, mensagens) select 'fim', f.encerrada_em, f.encerrada_em, array[f.id] from fila_mensagens f where f.id = :'b';
select is(efeitos_apply(20), 1, 'of a message whose conversa was closed meanwhile');
select ok(pg_temp.da('ana') not in (:'a', :'b'), 'a new one is opened');
select is(pg_temp.dela(:'b'), :'a'::uuid, 'the message stays with its own');

-- what was refused names none
update conversas set status = 'encerrada' where id = pg_temp.da('bia');
select pg_temp.primeira('bia', 'recusada') as r \gset
select is(pg_temp.dela(:'r'), null, 'what was not sent names no conversa');
select count(*) from efeitos_apply(20) \g /dev/null

-- the pace: few rows wait for more of the same messages
select pg_temp.primeira('ana') as p \gset
select is(efeitos_apply(20, 250), 0, 'what has just ended waits');
select pg_temp.depois('0.3 s');
select is(efeitos_apply(20, 250), 1, 'a quarter of a second');
insert into efeitos (tipo, em, ate, mensagens) select 'entrega', agora(), agora(), array[gen_random_uuid()] from generate_series(1, 20);
select is(efeitos_apply(21, 250), 0, 'fewer than a batch wait too');
select is(efeitos_apply(20, 250), 20, 'a full one does not');
select is(efeitos_apply(20, 250), 0, 'nothing is left');
select * from finish();
rollback;
