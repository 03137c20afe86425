-- fila_explicar: why a message waits, by which rule, until when, behind how many.
begin;
select plan(26);
\ir fila_gente.sql
select id as m from modelos \gset
select pg_temp.janela('ana'), pg_temp.janela('bia') \g /dev/null
select consentimento_registrar(g.id, 'marketing', 'aceito', 'teste', 'teste') from gente g \g /dev/null
update conversas set janela_24h_ate = '2030-01-01';
update numeros set taxa = 2;
create function pg_temp.as(em text) returns void language sql
as $$
    insert into relogio values (true, $1::timestamptz - now())
    on conflict (unico) do update set deslocamento = excluded.deslocamento
$$;
create function pg_temp.diz(id uuid) returns text language sql
as $$
    select concat_ws(' | ', e.status, e.regra, e.motivo, to_char(e.ate at time zone 'America/Sao_Paulo', 'DD/MM HH24:MI:SS'),
        e.atras_de, to_char(e.previsao at time zone 'America/Sao_Paulo', 'DD/MM HH24:MI:SS'))
    from fila_explicar($1) e
$$;
select pg_temp.as('2026-11-23 10:00-03');

-- 1 its turn, and the rate
select pg_temp.nova('ana', 'primeira') as p \gset
insert into fila_mensagens (cliente_id, conteudo) select pg_temp.de('bia'), 'x' from generate_series(1, 9);
select pg_temp.nova('ana', 'oi') as a \gset
select is(pg_temp.diz(:'p'), 'pendente | vez | pronta: sai na próxima vez do número | 0 | 23/11 10:00:00', 'nothing before it');
select is(pg_temp.diz(:'a'), 'pendente | taxa | espera a vez: 10 mensagens antes dela no ritmo do número | 23/11 10:00:05 | 10 | 23/11 10:00:05', 'ten before it at two a second');
update numeros set taxa_fator = 0.5, taxa_fator_em = agora();
select is((select e.previsao - agora() from fila_explicar(:'a') e), '10 seconds', 'throttling halves it');
update numeros set taxa_fator_em = null;
select fila_pausar('manutenção', '2026-11-23 12:00-03', numero => '200000001') \g /dev/null
select is((select concat_ws(' | ', e.regra, e.motivo, e.ate = '2026-11-23 12:00-03') from fila_explicar(:'p') e), 'pausa_numero | número em pausa: manutenção | t', 'its number is paused');
select fila_retomar(numero => '200000001') \g /dev/null
select fila_pausar('conta revista', conta => '100000001') \g /dev/null
select is((select concat_ws(' | ', e.regra, e.motivo, e.ate, e.previsao) from fila_explicar(:'p') e), 'pausa_conta | conta do WhatsApp em pausa: conta revista', 'its account: nobody knows until when');
select fila_retomar(conta => '100000001') \g /dev/null
select fila_pausar('qualidade', modelo => 'oi_nome') \g /dev/null
select pg_temp.nova('caio', null, :m) as t \gset
select is((select e.regra from fila_explicar(:'t') e), 'pausa_modelo', 'its template');
select fila_retomar(modelo => 'oi_nome') \g /dev/null
delete from fila_ativa;

-- 2 its send window
select janela_remover() \g /dev/null
select pg_temp.nova('ana', 'promo', null, 'promocional') as b \gset
select pg_temp.as('2026-11-23 21:00-03');
select is(pg_temp.diz(:'b'), 'pendente | janela | fora da janela de envio (marketing) até 24/11 09:00 | 24/11 09:00:00 | 0 | 24/11 09:00:00', 'before any claim has met it');
select count(*) from pg_temp.pega() \g /dev/null
select is(pg_temp.diz(:'b'), 'pendente | janela | fora da janela de envio (marketing) até 24/11 09:00 | 24/11 09:00:00 | 0 | 24/11 09:00:00', 'and after');
update fila_ativa set valido_ate = '2026-11-23 23:00-03' where id = :'b';
select is(pg_temp.diz(:'b'), 'pendente | janela | fora da janela de envio (marketing) até 24/11 09:00; vence antes, em 23/11 23:00, e então termina como expirada | 24/11 09:00:00 | 0', 'it will not leave at all');
select janela_abrir() \g /dev/null
delete from fila_ativa;

-- 3 opt-out: until the claim has met it, and for good
select pg_temp.as('2026-11-24 10:00-03');
select pg_temp.nova('bia', 'promo', null, 'promocional') as o \gset
update clientes set status = 'optout' where id = pg_temp.de('bia');
select is((select e.regra || e.status from fila_explicar(:'o') e), 'optoutpendente', 'opted out');
select count(*) from pg_temp.pega() \g /dev/null
select is((select concat_ws(' | ', e.status, e.regra, e.motivo) from fila_explicar(:'o') e), 'cancelada | optout | cancelada: a pessoa pediu para não receber mensagens', 'and cancelled');
update clientes set status = 'ativo' where id = pg_temp.de('bia');

-- 4 a paused campaign; 5 its daily cap, for whom is not queued yet
select id as c from campanha_criar('Volta', 'promocional', 'Oi {nome}!', max_por_dia => 1) \gset
select campanha_iniciar(:'c') \g /dev/null
select campanha_freeze(:'c', 100) \g /dev/null
select campanha_enqueue(:'c', 100) \g /dev/null
select f.id as q from fila_ativa f where f.origem_id = :'c' \gset
select d.cliente_id as resto from campanha_destinatarios d where d.campanha_id = :'c' and d.status = 'pendente' order by 1 limit 1 \gset
select is((select concat_ws(' | ', e.status, e.regra, e.motivo, to_char(e.ate at time zone 'America/Sao_Paulo', 'DD/MM HH24:MI')) from fila_explicar_destinatario(:'c', :'resto') e),
    'pendente | max_por_dia | limite da campanha: 1 por dia, já alcançado hoje | 25/11 00:00', 'tomorrow');
select is((select e.regra from fila_explicar_destinatario(:'c', (select f.cliente_id from fila_ativa f where f.id = :'q')) e), 'vez', 'who is queued: what is said of the message');
select campanha_pausar(:'c', 'texto errado') \g /dev/null
select is((select concat_ws(' | ', e.regra, e.motivo, e.ate, e.previsao) from fila_explicar(:'q') e), 'pausa_campanha | campanha em pausa: texto errado', 'the campaign is paused');
select is((select e.regra from fila_explicar_destinatario(:'c', :'resto') e), 'pausa_campanha', 'for the rest of the list, too');
select throws_ok(format('select fila_explicar_destinatario(%L, %L)', :'c', uuidv7()), 'P0002', null, 'not on the list');
delete from fila_ativa;

-- 6 the portfolio is full, as the sender puts it back
select pg_temp.nova('caio', null, :m) as f \gset
select is(pg_temp.grava(p.id, p.reserva_seq, 'limitada', null, 3600000, null, 'limite de pessoas em 24 horas do portfólio'), '1 0 0', 'given back') from pg_temp.pega() p;
select is((select concat_ws(' | ', e.regra, e.motivo, e.ate - agora(), e.tentativas) from fila_explicar(:'f') e), 'alcance | limite de pessoas em 24 horas do portfólio | 01:00:00 | 0', 'until its oldest entry leaves');

-- 7 Redis is lost
delete from fila_ativa;
select pg_temp.nova('ana', 'promo', null, 'promocional') as r \gset
select pg_temp.nova('ana', 'resposta') as s \gset
update modo_envio set modo = 'degradado', epoca = epoca + 1, desde = agora();
select is((select concat_ws(' | ', e.regra, e.motivo, e.previsao) from fila_explicar(:'r') e), 'redis | modo degradado: sem Redis, marketing espera até ele voltar', 'marketing waits');
select is((select e.regra from fila_explicar(:'s') e), 'redis', 'the rest goes at half the rate');
update modo_envio set modo = 'normal', epoca = epoca + 1;

-- the frequency, a person, later, in quarantine, over; the story
select frequencia_salvar('marketing', 1) \g /dev/null
select pg_temp.nova('ana', 'outra', null, 'promocional') as z \gset
select count(*) from pg_temp.pega() \g /dev/null
select is((select concat_ws(' | ', e.regra, e.motivo) from fila_explicar(:'z') e), 'frequencia | limite de frequência (1 em 1 dia) até 25/11 00:00', 'one a day');
select is(pg_temp.grava(f.id, f.reserva_seq, 'desconhecida', codigo => 131000, erro => 'sem resposta'), '1 0 0', 'no answer') from fila_ativa f where f.id = :'r';
select is((select concat_ws(' | ', e.status, e.regra, e.historia -> 0 ->> 'desfecho', e.historia -> 0 ->> 'codigo') from fila_explicar(:'r') e), 'incerta | quarentena | desconhecida | 131000', 'in quarantine, with its story');
select throws_ok(format('select fila_explicar(%L)', uuidv7()), 'P0002', null, 'no such message');
select has_function('fila_explicar', array['uuid']);
select is((select count(*) from fila_explicar(:'s')), 1::bigint, 'one row');
select * from finish();
rollback;
