-- planejador_simular: what would be sent until an instant: queue, firings, campaigns by day, schedules; nothing
-- is written, and no text or phone shown.
begin;
select plan(21);
set local timezone = 'America/Sao_Paulo';
\ir regra_pessoas.sql
insert into relogio values (true, '2026-11-27 08:30-03' - now()) -- a Friday
on conflict (unico) do update set deslocamento = excluded.deslocamento;
update agendas set ativa = false, proxima_em = null;
update conversas set ultima_interacao_em = agora() - interval '1 hour', janela_24h_ate = agora() + interval '5 days';
create function pg_temp.simula(ate text, de text default null, empresa text default null) returns text language sql
as $$
    select coalesce(string_agg(concat_ws(' ', to_char(s.quando, 'DD HH24:MI'), s.origem, s.nome, coalesce(s.quantos::text, '?'), nullif(s.observacao, '')),
        ', ' order by s.quando, s.origem, s.nome), '')
    from planejador_simular(ate::timestamptz, empresa) s where de is null or s.origem = de
$$;
select is(pg_temp.simula('2026-12-01'), '', 'nothing');

-- the queue
insert into fila_mensagens (cliente_id, conteudo, tipo) select pg_temp.id(v), 'Texto secreto', 'resposta' from unnest('{ana,caio}'::text[]) v;
insert into fila_mensagens (cliente_id, conteudo, tipo, agendar_para) select pg_temp.id('ana'), 'Texto secreto', 'lembrete', '2026-11-27 23:10-03';
select is(pg_temp.simula('2026-11-28 12:00', 'fila'), '27 08:30 fila resposta 2, 28 07:00 fila lembrete 1', 'what waits, when its window opens');
select is(pg_temp.simula('2026-11-28 06:00', 'fila'), '27 08:30 fila resposta 2', 'not what comes later');
select is((select alvo from planejador_simular('2026-11-28 12:00') where quantos = 1), (select id from fila_ativa where tipo = 'lembrete'), 'a single one by its id');
select is((select count(*) from planejador_simular('2026-12-01') s where s::text ~ 'secreto|98765'), 0::bigint, 'no text, no phone');
delete from fila_mensagens;

-- firings
select pg_temp.plano('post_service', 'ana', '1', '2 hours'), pg_temp.plano('post_service', 'gil', '1', '2 hours'), pg_temp.plano('lembrete_2h', 'ana', '1', '15 hours') \g /dev/null
select is(pg_temp.simula('2026-11-28 12:00', 'disparo'), '27 10:30 disparo post_service 2, 28 07:00 disparo lembrete_2h 1', 'by rule and instant');
select regra_desativar('post_service') \g /dev/null
select is(pg_temp.simula('2026-11-28 12:00', 'disparo'), '28 07:00 disparo lembrete_2h 1', 'not of a rule that is off');
delete from disparos;

-- campaigns: three people may get it
update clientes set marketing_permitido = true where id = pg_temp.id('eva');
select k.id as id from campanha_criar('Três dias', 'promocional', mensagem_template => 'Oi!', agendar_para => '2026-11-27 19:30', max_por_dia => 1) k \gset
select is(pg_temp.simula('2026-12-05', 'campanha'),
    '27 19:30 campanha Três dias 1 agendada; lista como está agora, 28 10:00 campanha Três dias 1 agendada; lista como está agora, '
    '30 09:00 campanha Três dias 1 agendada; lista como está agora', 'one a day; on Saturday from ten, Sunday''s on Monday');
select is(pg_temp.simula('2026-11-27 19:29', 'campanha'), '', 'not before it starts');
select is(pg_temp.simula('2026-11-28 09:59', 'campanha'), '27 19:30 campanha Três dias 1 agendada; lista como está agora', 'until then');
update campanhas set max_por_dia = null;
select is(pg_temp.simula('2026-12-05', 'campanha'), '27 19:30 campanha Três dias 3 agendada; lista como está agora', 'all at once');
update campanhas set status = 'ativa', iniciada_em = agora(), congelada_em = agora(), max_por_dia = 1, dia = '2026-11-27', envios_no_dia = 1;
insert into campanha_destinatarios (campanha_id, cliente_id) select :'id', pg_temp.id(v) from unnest('{ana,gil}'::text[]) v;
select is(pg_temp.simula('2026-12-05', 'campanha'), '28 10:00 campanha Três dias 1, 30 09:00 campanha Três dias 1', 'what is left of the list; today''s are out already');
update campanhas set status = 'cancelada', finalizada_em = agora();

-- schedules
update agendas set ativa = true, proxima_em = cron_next(cron, fuso, agora()) where nome in ('followups', 'daily_summary', 'campanhas');
update conversas set etapa = 'interesse', ultima_direcao = 'saida', ultima_interacao_em = agora() - interval '2 days' where cliente_id in (pg_temp.id('ana'), pg_temp.id('gil'));
select regras_install(casa.id) from casa \g /dev/null
select is(pg_temp.simula('2026-11-28 12:00', 'agenda'), '27 10:00 agenda followups 2, 28 10:00 agenda followups ? depende das respostas até lá', 'who has not answered, once');
select empresa_salvar('Outra') \g /dev/null
select is(pg_temp.simula('2026-11-27 12:00', 'agenda'), '27 10:00 agenda followups 2 2 empresas', 'of all companies');
select is(pg_temp.simula('2026-11-27 12:00', 'agenda', 'Outra'), '', 'of one that has nobody');
select is((select count(*) from disparos) + (select count(*) from agenda_disparos), 0::bigint, 'nothing is written');
select throws_ok($$select planejador_simular(agora())$$, '22023', 'ate: expected a time to come, within a year', 'now');
set local role carteiro_ops_leitura;
select is((select count(*) from planejador_simular('2026-11-28 12:00')), 2::bigint, 'for whoever only looks');
reset role;

-- three days without a planner
update agendas set ativa = false, proxima_em = null;
update agendas set ativa = true, perdidas = 'ultima', proxima_em = '2026-11-24 10:00-03' where nome = 'followups';
select is(pg_temp.simula('2026-11-27 09:00', 'agenda', 'Clínica A'), '27 08:30 agenda followups 2', 'of what was missed the last run alone');
update agendas set perdidas = 'pular';
select is(pg_temp.simula('2026-11-27 09:00', 'agenda', 'Clínica A'), '', 'none of it');
update agendas set perdidas = 'todas';
select is(pg_temp.simula('2026-11-27 09:00', 'agenda', 'Clínica A'), '27 08:30 agenda followups 2, 27 08:30 agenda followups ? depende das respostas até lá, '
    '27 08:30 agenda followups ? depende das respostas até lá', 'each');
select * from finish();
rollback;
