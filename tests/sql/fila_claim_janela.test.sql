-- fila_claim and the hour: outside its window a message waits for the opening, with the reason; a lane
-- that is closed for everybody is passed over; words that depend on the hour are filled as it is sent.
begin;
select plan(36);
\ir fila_gente.sql
select janela_remover() \g /dev/null
select id as m from modelos \gset
select pg_temp.janela('ana'), pg_temp.janela('bia'), pg_temp.janela('caio') \g /dev/null
select consentimento_registrar(g.id, 'marketing', 'aceito', 'teste', 'teste') from gente g \g /dev/null
update conversas set janela_24h_ate = '2030-01-01';
update clientes set fuso = 'America/Manaus' where id = pg_temp.de('caio');
-- as if it were then
create function pg_temp.as(em text) returns void language sql
as $$
    insert into relogio values (true, $1::timestamptz - now())
    on conflict (unico) do update set deslocamento = excluded.deslocamento
$$;
create function pg_temp.espera(id uuid) returns text language sql
as $$
    select concat_ws(' | ', f.status, to_char(f.agendar_para at time zone 'America/Sao_Paulo', 'DD/MM HH24:MI:SS'), f.tentativas, f.espera_motivo)
    from fila_mensagens f where f.id = $1
$$;

-- Thursday 19 November 2026, the eve of a holiday
select pg_temp.as('2026-11-19 19:59-03');
select pg_temp.nova('ana', 'um', null, 'promocional') as a \gset
select is((select array_agg(p.id) from pg_temp.pega() p), array[:'a'::uuid], 'a minute before the closing it leaves');
select pg_temp.nova('ana', 'dois', null, 'promocional') as b \gset
select pg_temp.nova('caio', 'três', null, 'promocional') as c \gset
select pg_temp.nova('ana', 'quatro', null, 'lembrete') as d \gset
select pg_temp.nova('ana', 'cinco') as e \gset
select pg_temp.as('2026-11-19 20:00-03');
select is((select array_agg(p.conteudo order by p.conteudo) from pg_temp.pega() p), '{cinco,quatro,três}',
    'then no more: what is due all the same, and where it is seven o''clock');
select is(pg_temp.espera(:'b'), 'pendente | 21/11 10:00:00 | 0 | fora da janela de envio (marketing) até 21/11 10:00', 'it waits for Saturday and has spent nothing');
select pg_temp.as('2026-11-19 22:30-03');
select pg_temp.nova('caio', 'seis', null, 'promocional') as f \gset
select pg_temp.nova('bia', 'sete', null, 'lembrete') as g \gset
select pg_temp.nova('bia', 'oito') as h \gset
select is((select array_agg(p.id) from pg_temp.pega() p), array[:'h'::uuid], 'at night answers alone');
select is(pg_temp.espera(:'f'), 'pendente | 21/11 11:00:00 | 0 | fora da janela de envio (marketing) até 21/11 10:00', 'ten o''clock there is eleven here');
select is(pg_temp.espera(:'g'), 'pendente | 20/11 07:00:00 | 0 | fora da janela de envio (transacional) até 20/11 07:00', 'a reminder is not held by a holiday');
select pg_temp.as('2026-11-21 10:00-03');
select is((select array_agg(p.conteudo order by p.conteudo) from pg_temp.pega() p), '{dois,sete}', 'at the opening they leave');

-- the order of the gates: what has no body now, no consent, or is too late
delete from fila_ativa;
select pg_temp.as('2026-11-21 18:00-03');
update conversas set janela_24h_ate = '2026-11-01' where cliente_id = pg_temp.de('bia');
select pg_temp.nova('bia', 'sem corpo', null, 'promocional') as i \gset
select pg_temp.nova('ana', 'tarde demais', null, 'promocional') as j \gset
update fila_ativa set valido_ate = agora() + interval '1 hour' where id = :'j';
select pg_temp.nova('ana', 'sem consentimento', null, 'promocional') as k \gset
update clientes set marketing_permitido = false where id = pg_temp.de('caio');
update fila_ativa set cliente_id = pg_temp.de('caio') where id = :'k';
select is((select count(*) from pg_temp.pega()), 0::bigint, 'none leaves');
select is(pg_temp.espera(:'i'), 'pendente | 23/11 09:00:00 | 0 | fora da janela de envio (marketing) até 23/11 09:00', 'without a body now: there may be one then');
select is((select f.status || f.erro from fila_mensagens f where f.id = :'k'), 'canceladasem_consentimento', 'consent comes first');
select is(pg_temp.espera(:'j'), 'pendente | 23/11 09:00:00 | 0 | fora da janela de envio (marketing) até 23/11 09:00', 'its validity will end before');
select pg_temp.as('2026-11-21 19:01-03');
select is((select fila_expire(10)), 1, 'and then it expires');
update clientes set marketing_permitido = true;
update conversas set janela_24h_ate = '2030-01-01';

-- windows made wider: what waits goes on at once
select janela_abrir('marketing') \g /dev/null
select is((select array_agg(p.id) from pg_temp.pega() p), array[:'i'::uuid], 'the company opens its windows');
select janela_remover() \g /dev/null

-- a lane of its own: what it is for decides, not the tipo; closed for everybody, it is passed over
delete from fila_ativa;
insert into faixas (empresa_id, origem, origem_id, proposito) select id, 'campanha', 'x', 'marketing' from casa returning id as faixa \gset
create function pg_temp.pega_faixa(faixa integer) returns setof text language sql
as $$
    select c.conteudo
    from linha
    cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', array[$1], '{2}', '{null}', '{null}') c
$$;
insert into fila_mensagens (cliente_id, conteudo, tipo, faixa)
select pg_temp.de(q), 'followup ' || i, 'followup', :faixa from unnest('{ana,caio}'::text[]) q, generate_series(1, 3) i;
select pg_temp.as('2026-11-23 20:30-03');
select is((select count(*) from pg_temp.pega_faixa(:faixa)), 0::bigint, 'closed here');
select is((select fechada_ate from faixas where id = :faixa), null, 'and open in Manaus: the lane is looked at');
select is((select count(*) from pg_temp.pega_faixa(:faixa)), 1::bigint, 'for those there');
insert into fila_mensagens (cliente_id, conteudo, faixa, agendar_para) select pg_temp.de('ana'), 'resposta', :faixa, agora() - interval '10 days';
select is((select array_agg(x) from pg_temp.pega_faixa(:faixa) x where x = 'resposta'), '{resposta}', 'and for an answer');
select pg_temp.as('2026-11-23 21:00-03');
select is((select count(*) from pg_temp.pega_faixa(:faixa)), 0::bigint, 'closed everywhere');
select is((select fechada_ate - agora() from faixas where id = :faixa), '5 minutes', 'it is passed over');
select is((select count(*) from fila_lanes() l where l.faixa = :faixa), 0::bigint, 'by looks');
select is((select count(*) from linha cross join lateral fila_lanes_known(array[linha.id], '{5}', array[:faixa], '{null}', '{null}') l), 0::bigint, 'from floors, too');
insert into fila_mensagens (cliente_id, conteudo, tipo, faixa) select pg_temp.de('ana'), 'mais um', 'followup', :faixa;
select is((select count(*) from pg_temp.pega_faixa(:faixa)), 0::bigint, 'and by claims');
select is((select f.espera_motivo from fila_ativa f where f.conteudo = 'mais um'), null, 'without a look at its rows');
select janela_salvar('marketing', 'todos', '9h', '23h') \g /dev/null
select is((select count(*) from pg_temp.pega_faixa(:faixa)), 2::bigint, 'a change of the windows opens it at once');

select janela_remover() \g /dev/null

-- a session that found a window open looks again in a second, and with the minute
delete from fila_ativa;
select pg_temp.as('2026-11-24 19:59:59.5-03');
select pg_temp.nova('ana', 'a', null, 'promocional'), pg_temp.nova('ana', 'b', null, 'promocional') \g /dev/null
select is((select count(*) from pg_temp.pega(1)), 1::bigint, 'half a second before');
select is(cardinality(janelas_abertas(agora())), 3, 'it is kept');
select pg_temp.as('2026-11-24 20:00:00.1-03');
select is((select count(*) from pg_temp.pega(1)), 0::bigint, 'a tenth of a second after');

-- words
delete from fila_ativa;
select janela_abrir() \g /dev/null
create function pg_temp.lida(texto text, metadata jsonb, quem text default 'ana', modelo bigint default null) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, metadata, modelo_id) values (pg_temp.de($3), $1, $2, $4) returning id
$$;
create function pg_temp.le(em text) returns text language sql
as $$ select pg_temp.as($1); update fila_ativa set status = 'pendente', reserva_ate = null, reservada_por = null, processando_desde = null, agendar_para = agora();
    select p.conteudo from pg_temp.pega() p $$;
select pg_temp.lida('{saudacao}, {nome}! {data} {hoje} às {hora}', '{"data": "2026-11-26T14:30:00-03:00"}') \g /dev/null
select is(pg_temp.le('2026-11-24 09:00-03'), 'bom dia, Ana! 26/11 26/11 às 14h30', 'two days before');
select is(pg_temp.le('2026-11-25 12:00-03'), 'boa tarde, Ana! 26/11 amanhã às 14h30', 'the same message a day before');
select is(pg_temp.le('2026-11-26 04:59-03'), 'boa noite, Ana! 26/11 hoje às 14h30', 'and on the day');
delete from fila_ativa;
select pg_temp.lida('{saudacao}: {data} às {hora}', '{"data": "2026-11-26T14:00"}', 'caio') \g /dev/null
select is(pg_temp.le('2026-11-24 18:30-03'), 'boa tarde: 26/11 às 14h', 'the greeting by the person''s clock, the hour by the company''s');
delete from fila_ativa;
select pg_temp.lida('{hoje} {data}', '{"data": "2026-12-01"}') \g /dev/null
select is(pg_temp.le('2026-11-30 23:59-03'), 'amanhã 01/12', 'a day without hour');
delete from fila_ativa;
select pg_temp.lida('{data} {hoje} 50% {não}', '{"data": "próxima "}') \g /dev/null
select is(pg_temp.le('2026-11-30 12:00-03'), 'próxima próxima  50% {não}', 'what is no date stands for itself; other braces stay');
delete from fila_ativa;
-- in the template, and in the body of an interactive message
select modelo_salvar('lembrete', 'Oi {nome}, {saudacao}! É {hoje}, às {hora}.', situacao => 'aprovado') \g /dev/null
select id as m2 from modelos where nome = 'lembrete' \gset
update conversas set janela_24h_ate = '2026-11-01';
select pg_temp.lida('{hoje}', '{"data": "2026-11-26T09:00:00-03:00"}', modelo => :m2) \g /dev/null
select pg_temp.as('2026-11-26 08:00-03');
update fila_ativa set agendar_para = agora();
select is((select parametros from pg_temp.pega()), '["Ana", "bom dia", "hoje", "9h"]', 'values of the template');
delete from fila_ativa;
update conversas set janela_24h_ate = '2030-01-01';
insert into fila_mensagens (cliente_id, formato, carga, metadata)
values (pg_temp.de('ana'), 'interativo', '{"interactive": {"type": "button", "body": {"text": "É {hoje}!"}, "action": {"buttons": [
    {"type": "reply", "reply": {"id": "{hoje}", "title": "Sim"}}]}}}', '{"data": "2026-11-26"}');
select is((select array[c.carga::jsonb #>> '{interactive,body,text}', c.carga::jsonb #>> '{interactive,action,buttons,0,reply,id}']
        from linha cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', '{0}', '{5}', '{null}', '{null}') c),
    '{"É hoje!","{hoje}"}', 'the body of an interactive message, nothing else of it');
-- saved: known names, and those that need a date
select lives_ok(format($$ select campanha_chaves_exigir('mensagem_template', %L, '{saudacao} {hoje} {hora}', '{"data": "2026-12-01T10:00"}') $$, id), 'names that the claim fills') from casa;
select * from finish();
rollback;
