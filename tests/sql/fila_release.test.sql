-- fila_release: what becomes of an unknown outcome when its quarantine ends without evidence.
begin;
select plan(17);
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
insert into webhook_eventos (tipo, corpo, recebido_em) values ('status', '{}', agora() - interval '10 s');
select is(fila_release(10, 8), 0, 'while events wait to be applied the proof may be among them');
update webhook_eventos set aplicado_em = agora();
insert into webhook_eventos (tipo, corpo, recebido_em) values ('status', '{}', agora() + interval '10 s');

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
update webhook_eventos set aplicado_em = agora();
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

select * from finish();
rollback;
