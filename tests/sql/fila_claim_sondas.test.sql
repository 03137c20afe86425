-- Automatic pauses: until `ate` nothing goes; from then on one message of the whole fleet tries.
begin;
select plan(38);
\ir fila_gente.sql
select pg_temp.janela('ana'), pg_temp.janela('bia') \g /dev/null
insert into relogio (deslocamento) values ('0');
create function pg_temp.passa(quanto interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create temp table outra as select * from numero_salvar('200000002');
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
select casa.id, pg_temp.de('ana'), outra.id, agora() + interval '20 hours' from casa, outra;
create function pg_temp.poe(quem text, numero integer default null, prioridade integer default 5) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, numero_id, prioridade)
    select pg_temp.de($1), 'Oi', coalesce($2, linha.id), $3 from linha
    returning id
$$;
-- both numbers, lanes (5, 0) and (9, 0): 'priority/is_sonda' of what came
create function pg_temp.pede(k integer default 10) returns text[] language sql
as $$
    select coalesce(array_agg(c.prioridade || '/' || c.is_sonda order by c.prioridade desc, c.is_sonda), '{}')
    from linha
    cross join outra
    cross join lateral fila_claim('teste', 60000, array[linha.id, linha.id, outra.id, outra.id], '{5,9,5,9}', '{0,0,0,0}',
        array_fill($1, '{4}'), array_fill(null::timestamptz, '{4}'), array_fill(0::bigint, '{4}')) c
$$;
create function pg_temp.limpa() returns void language sql
as $$ delete from fila_ativa; delete from pausas $$;
create function pg_temp.sonda() returns interval language sql
as $$ select p.sonda_ate - agora() from pausas p $$;

-- a number
select pg_temp.poe('ana'), pg_temp.poe('bia'), pg_temp.poe('ana', prioridade => 9) \g /dev/null
insert into pausas (escopo, numero_id, motivo, automatica, codigo, ate) select 'numero', id, 'x', true, 131048, agora() + interval '1 minute' from linha;
select is(pg_temp.pede(), '{}', 'until its end nothing goes');
select is(pg_temp.sonda(), null, 'nor is tried');
select pg_temp.passa('1 minute') \g /dev/null
select is(pg_temp.pede(), '{9/true}', 'then one, the first in rank');
select is(pg_temp.sonda(), '60 s', 'for as long as its reserva');
select is(pg_temp.pede(), '{}', 'and no other while it tries');
select is((select array_agg(array[adiamentos::text, espera_motivo]) from fila_ativa where status = 'pendente'), '{{0,null},{0,null}}', 'the others are not touched');
select is((select count(*) from fila_lanes()), 0::bigint, 'nor looked at');
select pg_temp.passa('60 s') \g /dev/null
select is((select count(*) from fila_lanes()), 1::bigint, 'a try without answer ends with its reserva');
select is(pg_temp.pede(), '{5/true}', 'and the next one tries');
delete from pausas;
select is(pg_temp.pede(), '{5/false}', 'when it is over they go');

-- a number whose lanes hold nothing due does not spend its try; one that is diverted neither
select pg_temp.limpa() \g /dev/null
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() from linha;
select pg_temp.poe('caio', prioridade => 9), pg_temp.poe('ana') \g /dev/null
update fila_ativa set agendar_para = agora() + interval '1 hour' where prioridade = 5;
select is(pg_temp.pede(), '{}', 'the only one may not leave');
select is(pg_temp.sonda(), null, 'so nothing was tried');
select is((select array_agg(f.erro) from fila_mensagens f where f.prioridade = 9 and f.status = 'erro'), '{fora_da_janela_sem_modelo}', 'it ended');
update fila_ativa set agendar_para = agora();
select is(pg_temp.pede(), '{5/true}', 'the next one tries');

-- an account: one message over all of its numbers; others' numbers go on
select pg_temp.limpa() \g /dev/null
insert into pausas (escopo, conta_id, motivo, automatica, ate) select 'conta', conta_id, 'x', true, agora() from linha;
select pg_temp.poe('ana'), pg_temp.poe('ana', id), pg_temp.poe('ana', id, 9) from outra \g /dev/null
select is(pg_temp.pede(), '{9/true}', 'one of the account');
select is(pg_temp.pede(), '{}', 'and no other');
-- account and number: both have to be due, one message tries both
select pg_temp.limpa() \g /dev/null
insert into pausas (escopo, conta_id, motivo, automatica, ate) select 'conta', conta_id, 'x', true, agora() from linha;
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() + interval '1 s' from outra;
select pg_temp.poe('ana', id, 9) from outra \g /dev/null
select is(pg_temp.pede(), '{}', 'the account is due, the number is not');
update pausas set ate = agora();
select is(pg_temp.pede(), '{9/true}', 'both are');
select is((select count(*) from pausas where sonda_ate = agora() + interval '60 s'), 2::bigint, 'and both are tried');
-- beside a pause of people's
select pg_temp.limpa() \g /dev/null
insert into pausas (escopo, conta_id, motivo, automatica, ate) select 'conta', conta_id, 'x', true, agora() from linha;
select fila_pausar('x', agora() + interval '1 s', numero => '200000001') \g /dev/null
select pg_temp.poe('ana') \g /dev/null
select is(pg_temp.pede(), '{}', 'people''s pause holds');
select pg_temp.passa('1 s') \g /dev/null
select is(pg_temp.pede(), '{5/true}', 'and is simply over at its end');

-- a template: what needs it waits, but one
select pg_temp.limpa() \g /dev/null
create function pg_temp.modelo(quem text) returns uuid language sql as $$ select pg_temp.nova($1, 'Oi', (select id from modelos)) $$;
insert into pausas (escopo, modelo_id, motivo, automatica, ate) select 'modelo', id, 'Meta pausou', true, agora() + interval '1 minute' from modelos;
select pg_temp.modelo('caio') as a \gset
select pg_temp.modelo('ana') as b \gset
select is(pg_temp.pede(), '{5/false}', 'who is inside the window gets the text');
select is(array[espera_motivo, (agendar_para - agora())::text, tentativas::text], '{"modelo em pausa: Meta pausou",00:00:30,0}', 'who is not waits') from fila_ativa where id = :'a';
select pg_temp.passa('1 minute') \g /dev/null
select pg_temp.modelo('caio'), pg_temp.modelo('caio') \g /dev/null
select is(pg_temp.pede(), '{5/true}', 'one of three tries');
select is((select array_agg(f.id) from fila_ativa f where f.status = 'processando' and f.id <> :'b'), array[:'a'::uuid], 'the one that waited longest');
select is((select count(*) from fila_ativa f where f.espera_motivo = 'modelo em pausa: Meta pausou'), 2::bigint, 'the others wait');
select pg_temp.modelo('caio') as c \gset
select is(pg_temp.pede(), '{}', 'while it tries all wait');
select is(pg_temp.grava(:'a', 1, 'devolvida'), '1 0 0', 'a try that was given back');
update pausas set sonda_ate = null;
select is(pg_temp.pede(), '{5/true}', 'is followed by another');
-- paused by people: no try
delete from pausas;
update fila_ativa set agendar_para = agora() where status = 'pendente';
insert into pausas (escopo, modelo_id, motivo, ate) select 'modelo', id, 'x', agora() + interval '1 s' from modelos;
select is(pg_temp.pede(), '{}', 'people''s pause of a template');
select pg_temp.passa('31 s') \g /dev/null
select is(pg_temp.pede(), '{5/false,5/false,5/false}', 'is over at its end');

-- number and template at once: one message tries both
select pg_temp.limpa() \g /dev/null
insert into pausas (escopo, modelo_id, motivo, automatica, ate) select 'modelo', id, 'x', true, agora() from modelos;
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() from linha;
select pg_temp.modelo('caio') \g /dev/null
select is(pg_temp.pede(), '{5/true}', 'one message');
select is((select count(*) from pausas where sonda_ate > agora()), 2::bigint, 'tries both');

-- a lane whose pause has an end
select pg_temp.limpa() \g /dev/null
insert into faixas (id, origem, origem_id, pausada_em, pausa_motivo, pausada_ate) values (11, 'campanha', 'a', agora(), 'x', agora() + interval '1 s');
select pg_temp.poe('ana') as d \gset
update fila_ativa set faixa = 11;
create function pg_temp.da_onze() returns bigint language sql
as $$ select count(*) from linha cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', '{11}', '{10}', '{null}', '{null}') $$;
select is(pg_temp.da_onze(), 0::bigint, 'a paused lane');
select pg_temp.passa('1 s') \g /dev/null
select is(pg_temp.da_onze(), 1::bigint, 'until its end');

-- without Redis a try costs a token
select pg_temp.limpa() \g /dev/null
update modo_envio set modo = 'degradado', epoca = 2, desde = agora();
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() from linha;
select pg_temp.poe('bia') \g /dev/null
select is(pg_temp.pede(), '{}', 'no token');
select is(pg_temp.sonda(), null, 'no try');
select pg_temp.passa('7 s') \g /dev/null
select is(pg_temp.pede(), '{5/true}', 'a token');
select * from finish();
rollback;
