-- fila_claim_alone: one message whose sender vanished twice, the oldest; fila_claim passes them over.
begin;
select plan(22);
\ir fila_gente.sql
select pg_temp.janela('ana') \g /dev/null
insert into relogio (deslocamento) values ('0');
create function pg_temp.so(epoca bigint default null, so text[] default null) returns setof uuid language sql
as $$ select c.id from fila_claim_alone('teste', 60000, $2, $1) c $$;
select is((select count(*) from pg_temp.so()), 0::bigint, 'nothing waits');
select pg_temp.nova('ana') as a \gset
select is((select count(*) from pg_temp.so()), 0::bigint, 'nothing suspicious');
select pg_temp.nova('ana') as b \gset
select pg_temp.nova('ana') as c \gset
insert into faixas (id, origem, origem_id) values (11, 'campanha', 'a');
update fila_ativa set resgates = 2, prioridade = 9, faixa = 11, agendar_para = agora() - interval '1 hour' where id = :'c';
update fila_ativa set resgates = 3 where id = :'b';
update fila_ativa set resgates = 1 where id = :'a';
select is((select array_agg(p.id) from pg_temp.pega() p), array[:'a'::uuid], 'the claim of all gives none of them');
select throws_ok('select pg_temp.so(7)', 'CT001', null, 'the mode is named here too');
update faixas set pausada_em = agora(), pausa_motivo = 'x' where id = 11;
select is((select array_agg(p) from pg_temp.so(null, '{+5511987650001}') p), array[:'b'::uuid], 'not from a paused lane');
update faixas set pausada_em = null, pausa_motivo = null where id = 11;
select is((select array_agg(to_jsonb(c) - '{id,ordem,agendar_para}'::text[]) from fila_claim_alone('teste', 60000) c),
    (select array[jsonb_build_object('reserva_seq', 1, 'numero_id', linha.id, 'prioridade', 9, 'faixa', 11, 'atraso_ms', 3600000, 'destino', '+5511987650001', 'tipo', 'resposta',
        'formato', 'texto', 'conteudo', 'Oi', 'carga', null, 'modelo_nome', null, 'modelo_idioma', null, 'parametros', null, 'tentativa', 1, 'resposta_a', null, 'digitando', false,
        'fora_da_janela', false, 'is_sonda', false)] from linha), 'the columns of fila_claim');
select is(array[status, reservada_por], '{processando,teste}', 'claimed') from fila_ativa where id = :'c';
select is((select count(*) from pg_temp.so()), 0::bigint, 'once');

-- the same gates
select pg_temp.nova('caio') as d \gset
update fila_ativa set resgates = 2 where id = :'d';
select is((select count(*) from pg_temp.so()), 0::bigint, 'what may not leave');
select is(array[status, erro], '{erro,fora_da_janela_sem_modelo}', 'ends') from fila_mensagens where id = :'d';
select pg_temp.nova('ana') as e \gset
update fila_ativa set resgates = 2 where id = :'e';
select fila_pausar('x', numero => '200000001') \g /dev/null
select is((select count(*) from pg_temp.so()), 0::bigint, 'a paused number');
delete from pausas;
insert into pausas (escopo, numero_id, motivo, automatica, ate) select 'numero', id, 'x', true, agora() from linha;
savepoint antes;
select is((select array_agg(is_sonda) from fila_claim_alone('teste', 60000)), '{true}', 'is tried by a suspect, where nothing else waits');
select is((select count(*) from pausas where sonda_ate > agora()), 1::bigint, 'as a probe');
rollback to antes;
delete from pausas;
update fila_ativa set agendar_para = agora() + interval '1 s' where id = :'e';
select is((select count(*) from pg_temp.so()), 0::bigint, 'not before it is due');
update relogio set deslocamento = deslocamento + interval '1 s';
update modo_envio set modo = 'degradado', epoca = 2, desde = agora();
select is((select count(*) from pg_temp.so(2)), 0::bigint, 'without Redis it needs a token');
select is(array[status, adiamentos::text], '{pendente,0}', 'and waits as it is') from fila_ativa where id = :'e';
update relogio set deslocamento = deslocamento + interval '7 s';
select is((select count(*) from pg_temp.so(2)), 1::bigint, 'which it gets');
select is((select round(extract(epoch from cheio_em - agora()), 3) from ritmo_degradado), 0.028, 'and pays');
select is((select count(*) from fila_ativa where status = 'processando'), 4::bigint, 'all four are being sent');

-- without Redis marketing's waits, and hides no other
select pg_temp.nova('ana') as f \gset
select pg_temp.nova('ana') as g \gset
insert into faixas (id, origem, origem_id, proposito) values (12, 'campanha', 'b', 'marketing');
delete from fila_ativa where id not in (:'f', :'g');
update relogio set deslocamento = deslocamento + interval '1 hour';
update fila_ativa set resgates = 2, faixa = 12, agendar_para = agora() - interval '30 minutes' where id = :'f';
select is(fila_has_suspects(), false, 'it is not announced');
update fila_ativa set resgates = 2 where id = :'g';
select is(fila_has_suspects(), true, 'the other is');
select is((select array_agg(p) from pg_temp.so(2) p), array[:'g'::uuid], 'and goes');
select * from finish();
rollback;
