-- fila_release: what becomes of an unknown outcome when its quarantine ends without evidence.
begin;
select plan(31);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.duvida(garantia text) returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.nova('ana');
    seq bigint;
begin
    update fila_ativa f set garantia = duvida.garantia where id = m;
    select p.reserva_seq into seq from pg_temp.pega() p;
    perform pg_temp.grava(m, seq, 'desconhecida');
    return m;
end
$$;
select pg_temp.janela('ana');
-- the number's webhooks come
insert into webhooks_vistos values ('200000001', agora() + interval '10 days');
select pg_temp.duvida('pelo_menos_uma') as p \gset
select pg_temp.duvida('no_maximo_uma') as n \gset

select is(fila_release(10, 8), 0, 'in quarantine nothing');
select pg_temp.depois('601 s');

-- evidence that has arrived comes first
insert into webhook_pendentes (recebido_em, quantos) values (agora() - interval '10 s', 1);
select is(fila_release(10, 8), 0, 'while events wait to be applied the proof may be among them');
delete from webhook_pendentes;
insert into webhook_pendentes (recebido_em, quantos) values (agora() + interval '10 s', 1);

set local role carteiro_planner;
select is(fila_release(1, 8), 1, 'at most n; later events do not matter');
select is(fila_release(10, 8), 1, 'the other one');
select is(fila_release(10, 8), 0, 'once');
reset role;

select is(array[status, reserva_ate::text, (agendar_para = agora())::text, reserva_seq::text, tentativas::text],
    '{pendente,null,true,1,1}', 'pelo_menos_uma waits to be sent again') from fila_ativa where id = :'p';
select is(array_agg(desfecho order by id), '{desconhecida,reenviada}', 'and that is declared') from tentativas where mensagem_id = :'p';
select is(array[status, (reserva_ate = agora() + '8 days')::text, espera_motivo],
    '{incerta,true,sem confirmação da Meta: espera uma pessoa}', 'no_maximo_uma waits for evidence or a person') from fila_ativa where id = :'n';

-- evidence still settles both
select is(pg_temp.grava(:'p', 1, 'aceita', 'wamid.P'), '1 0 0', 'evidence before it was sent again');
select is(status, 'enviada', 'so it is not') from fila_mensagens where id = :'p';
delete from webhook_pendentes;
select pg_temp.depois('7 days 23 hours');
select is(fila_release(10, 8), 0, 'eight days are not over');
select pg_temp.depois('1 hour 1 second');
select is(fila_release(10, 8), 1, 'they are');
select is(array[status, erro], '{erro,sem confirmação da Meta}', 'erro, and never sent again') from fila_mensagens where id = :'n';

-- the last attempt
update conversas set janela_24h_ate = agora() + interval '1 hour';
select pg_temp.duvida('pelo_menos_uma') as u \gset
update fila_ativa set max_tentativas = 1 where id = :'u';
select pg_temp.depois('601 s');
select is(fila_release(10, 8), 1, 'out of attempts');
select is(array[status, erro], '{erro,resultado desconhecido e sem tentativas}', 'it ends') from fila_mensagens where id = :'u';
select is((select count(*) from efeitos where mensagens = array[:'u'::uuid] and tipo = 'fim'), 1::bigint, 'with its effects');
select is((select count(*) from fila_ativa), 0::bigint, 'nothing is left');

-- a number whose webhooks are silent since the attempt: the proof may be on its way still
update conversas set janela_24h_ate = agora() + interval '2 hours';
update webhooks_vistos set em = agora();
select pg_temp.depois('1 s');
select pg_temp.duvida('pelo_menos_uma') as s \gset
select pg_temp.depois('601 s');
select is(fila_release(10, 8, 3600000), 1, 'looked at');
select is(array[status, espera_motivo, (reserva_ate - agora())::text], '{incerta,webhooks do número em silêncio: espera a confirmação da Meta,00:03:00}',
    'and left, for a while') from fila_ativa where id = :'s';
select is(fila_release(10, 8, 3600000), 0, 'not looked at meanwhile');
select pg_temp.depois('181 s');
update webhooks_vistos set em = agora() - interval '1 s';
select is(fila_release(10, 8, 3600000), 1, 'they came again');
select is(array[status, espera_motivo], '{pendente,NULL}', 'it waits to be sent again') from fila_ativa where id = :'s';
delete from fila_ativa where id = :'s';

-- an hour at most
update conversas set janela_24h_ate = agora() + interval '3 hours';
select pg_temp.duvida('pelo_menos_uma') as h \gset
select pg_temp.duvida('no_maximo_uma') as i \gset
select is((select count(*) from (select pg_temp.depois('181 s'), fila_release(10, 8, 3600000) from generate_series(1, 19)) x), 19::bigint, 'silent for 57 minutes');
select is((select array_agg(status) from fila_ativa), '{incerta,incerta}', 'still uncertain');
select pg_temp.depois('200 s');
select is(fila_release(10, 8, 3600000), 2, 'an hour is over');
select is((select array_agg(array[f.status, f.espera_motivo] order by f.garantia) from fila_ativa f),
    '{{incerta,"sem confirmação da Meta: espera uma pessoa"},{pendente,NULL}}', 'each goes its way');
select is((select array_agg(desfecho order by id) from tentativas where mensagem_id = :'h'), '{desconhecida,reenviada}', 'declared');
delete from fila_ativa;

-- a lost sender: silent since its reserva began, not since it was missed
update conversas set janela_24h_ate = agora() + interval '2 hours';
select pg_temp.nova('ana') as j \gset
update fila_ativa set garantia = 'pelo_menos_uma' where id = :'j';
select count(*) from pg_temp.pega(1) \g /dev/null
select pg_temp.depois('30 s');
update webhooks_vistos set em = agora();
select pg_temp.depois('31 s');
select is(fila_rescue(10, 600000), 1, 'rescued');
select pg_temp.depois('601 s');
select is(fila_release(10, 8, 3600000), 1, 'looked at once');
select is((select status from fila_ativa where id = :'j'), 'pendente', 'a webhook after it was claimed is enough');
delete from fila_ativa;

-- a floor, as of fila_rescue
select pg_temp.duvida('pelo_menos_uma') as k \gset
update webhooks_vistos set em = agora() + interval '1 h';
select pg_temp.depois('620 s');
select is(array[fila_release(10, 8, 3600000, 19000), fila_release(10, 8, 3600000, 21000)], '{0,1}', 'only quarantines that ended since');

select * from finish();
rollback;
