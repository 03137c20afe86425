-- What statuses say beyond their own message: evidence of an earlier claim, an outage, and that the
-- number's webhooks come.
begin;
select plan(19);
\ir fila_gente.sql
\ir webhook_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.aplica() returns text language sql as $$ select webhook_apply(100)::text $$;
create function pg_temp.historia(uuid) returns text language sql
as $$ select string_agg(concat_ws(' ', t.desfecho, t.reserva_seq, t.wamid), ', ' order by t.id) from tentativas t where t.mensagem_id = $1 $$;
select pg_temp.janela('ana');

-- claimed twice, both accepted
select pg_temp.enviada('ana', null, 'devolvida') as a \gset
select pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.A2') from pg_temp.pega() p \g /dev/null
select pg_temp.status('wamid.A1', 'sent', :'a' || ':1') as um \gset
select pg_temp.status('wamid.A1', 'delivered', :'a' || ':1') as dois \gset
select pg_temp.aplica() \g /dev/null
select is(pg_temp.situacao(:'a'), 'enviada aceita wamid.A2', 'an earlier claim''s statuses change nothing');
select is(pg_temp.historia(:'a'), 'zumbi 1 wamid.A1', 'and are in its story once');
select is((select array_agg(erro) from webhook_eventos where id in (:um, :dois)), '{"de uma reserva anterior","de uma reserva anterior"}', 'the events say so');
select pg_temp.status('wamid.A1', 'read', :'a' || ':1') \g /dev/null
select pg_temp.status('wamid.A2', 'read', :'a' || ':2') \g /dev/null
select pg_temp.aplica() \g /dev/null
select is(pg_temp.historia(:'a') || ' ' || pg_temp.situacao(:'a'), 'zumbi 1 wamid.A1 enviada lida wamid.A2', 'whatever comes of it');

-- our own record of the earlier claim was there first
select pg_temp.enviada('ana', null, 'devolvida') as b \gset
select count(*) from pg_temp.pega() \g /dev/null
select pg_temp.grava(:'b', 1, 'aceita', 'wamid.B1') \g /dev/null
select pg_temp.status('wamid.B1', 'delivered', :'b' || ':1') \g /dev/null
select pg_temp.aplica() \g /dev/null
select is(pg_temp.historia(:'b'), 'zumbi 1 wamid.B1', 'told once, whoever tells it');
select is(pg_temp.situacao(:'b'), 'processando', 'what is being sent is not touched');
select pg_temp.status('wamid.X', 'sent', gen_random_uuid() || ':1') as x \gset
select pg_temp.aplica() \g /dev/null
select is((select erro from webhook_eventos where id = :x), 'mensagem desconhecida', 'a message that is not there');

-- an outage told by webhook
select pg_temp.enviada('ana', 'wamid.C') as c \gset
select pg_temp.status('wamid.C', 'failed', :'c' || ':1', codigo => 131026) \g /dev/null
select pg_temp.aplica() \g /dev/null
select is((select count(*) from pausas), 0::bigint, 'a person who cannot be reached stops nobody else');
select pg_temp.enviada('ana', 'wamid.D') as d \gset
select pg_temp.status('wamid.D', 'failed', :'d' || ':1', agora() - interval '11 min', 131048) \g /dev/null
select pg_temp.aplica() \g /dev/null
select is((select count(*) from pausas), 0::bigint, 'nor does an outage of long ago');
select is(pg_temp.situacao(:'d'), 'enviada falhou wamid.D 131048', 'its code is kept');
select pg_temp.enviada('ana', 'wamid.E') as e \gset
select pg_temp.status('wamid.E', 'failed', :'e' || ':1', codigo => 131048) \g /dev/null
select pg_temp.aplica() \g /dev/null
select is((select array_agg(concat_ws(' ', p.escopo, p.codigo, p.automatica, p.ate - agora())) from pausas p), '{"numero 131048 t 01:00:00"}', 'one of now pauses the number');
select fila_retomar(numero => '200000001') \g /dev/null
select pg_temp.enviada('ana', 'wamid.F') as f \gset
select pg_temp.status('wamid.F', 'failed', :'f' || ':1', codigo => 131042) \g /dev/null
select pg_temp.aplica() \g /dev/null
select is((select array_agg(concat_ws(' ', p.escopo, p.codigo)) from pausas p), '{"conta 131042"}', 'or the account');

-- that they come
create function pg_temp.visto() returns text language sql as $$ select round(extract(epoch from agora() - v.em), 1)::text from webhooks_vistos v where v.phone_number_id = '200000001' $$;
create function pg_temp.chega(atraso interval) returns void language sql
as $$
    insert into webhook_eventos (tipo, phone_number_id, corpo, recebido_em) values ('outro', '200000001', '{}', agora() - $1);
    select webhook_apply(10);
$$;
select is(pg_temp.visto(), null, 'of this number none came yet');
select pg_temp.chega('0 s') \g /dev/null
select is(pg_temp.visto(), '0.0', 'now one did');
select pg_temp.depois('1.9 s');
select pg_temp.chega('0 s') \g /dev/null
select is(pg_temp.visto(), '1.9', 'not written for each');
select pg_temp.depois('0.1 s');
select pg_temp.chega('0 s') \g /dev/null
select is(pg_temp.visto(), '0.0', 'after two seconds');
select pg_temp.depois('10 s');
select pg_temp.chega('4 s') \g /dev/null
select is(pg_temp.visto(), '4.0', 'when it came, not when it was applied');
select pg_temp.chega('60 s') \g /dev/null
select is(pg_temp.visto(), '4.0', 'and never back');
insert into webhook_eventos (tipo, corpo) values ('outro', '{}');
select is(webhook_apply(10), 1, 'an event of no number');
select * from finish();
rollback;
