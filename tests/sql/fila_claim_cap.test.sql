-- The limit of messages to one person: taken by the claim, given back with the attempt.
begin;
select plan(31);
\ir fila_gente.sql
select pg_temp.janela('ana'), pg_temp.janela('bia'), pg_temp.janela('caio') \g /dev/null
select consentimento_registrar(g.id, 'marketing', 'aceito', 'teste', 'teste') from gente g \g /dev/null
update conversas set janela_24h_ate = '2030-01-01';
create function pg_temp.as(em text) returns void language sql
as $$
    insert into relogio values (true, $1::timestamptz - now())
    on conflict (unico) do update set deslocamento = excluded.deslocamento
$$;
create function pg_temp.toques(quem text default 'ana') returns text language sql
as $$ select string_agg(to_char(t.dia, 'DD/MM') || ':' || t.quantos, ' ' order by t.dia) from toques t where t.cliente_id = pg_temp.de($1) and t.quantos > 0 $$;
create function pg_temp.espera(id uuid) returns text language sql
as $$ select concat_ws(' | ', f.status, to_char(f.agendar_para at time zone 'America/Sao_Paulo', 'DD/MM HH24:MI'), f.tentativas, f.espera_motivo) from fila_ativa f where f.id = $1 $$;

select pg_temp.as('2026-11-23 10:00-03');
select pg_temp.nova('ana', '0', null, 'promocional') \g /dev/null
select is((select count(*) from pg_temp.pega()), 1::bigint, 'no limit');
select is((select count(*) from toques), 0::bigint, 'nothing is counted');
select is((select ha_limites from modo_envio), false, 'nor looked for');

select is((frequencia_salvar('marketing', 2)).dias, 1, 'two a day');
select is((select ha_limites from modo_envio), true, 'known to every claim');
select pg_temp.nova('ana', i::text, null, 'promocional') from generate_series(1, 4) i \g /dev/null
select pg_temp.nova('ana', 'lembrete', null, 'lembrete'), pg_temp.nova('ana', 'resposta'), pg_temp.nova('bia', 'outra', null, 'promocional') \g /dev/null
create temp table pegas as select * from pg_temp.pega();
select is((select array_agg(p.conteudo order by p.conteudo) from pegas p), '{1,2,lembrete,outra,resposta}', 'the first two; other purposes and people as they please');
select is(pg_temp.toques(), '23/11:2', 'counted for the day');
select is(pg_temp.toques('bia'), '23/11:1', 'for each');
select is((select array_agg(distinct pg_temp.espera(f.id)) from fila_ativa f where f.conteudo in ('3', '4')),
    '{"pendente | 24/11 00:00 | 0 | limite de frequência (2 em 1 dia) até 24/11 00:00"}', 'the others wait for a day with room');

-- given back with the attempt, kept otherwise
select is(pg_temp.grava(p.id, p.reserva_seq, 'devolvida'), '1 0 0', 'never sent') from pegas p where p.conteudo = '1';
select is(pg_temp.toques(), '23/11:1', 'its place is free again');
select is((select f.toque from fila_ativa f where f.conteudo = '1'), null, 'and the row knows');
select pg_temp.nova('ana', '5', null, 'promocional') \g /dev/null
update fila_ativa set agendar_para = agora() + '1 minute' where conteudo = '1';
select is((select array_agg(p.conteudo) from pg_temp.pega() p), '{5}', 'another takes it');
select is(pg_temp.grava(p.id, p.reserva_seq, 'limitada'), '1 0 0', 'throttled') from pegas p where p.conteudo = '2';
select is(pg_temp.toques(), '23/11:1', 'the same');
select is(pg_temp.grava(f.id, f.reserva_seq, 'repetir'), '1 0 0', 'refused, to be tried again') from fila_ativa f where f.conteudo = '5';
select is(pg_temp.toques(), '23/11:1', 'keeps its place');
delete from fila_ativa where conteudo in ('1', '2');
update fila_ativa set agendar_para = agora() where conteudo = '5';
select pg_temp.nova('ana', '6', null, 'promocional'), pg_temp.nova('ana', '7', null, 'promocional') \g /dev/null
select is((select array_agg(p.conteudo order by p.conteudo) from pg_temp.pega() p), '{5,6}', 'and does not take a second one');
select is(pg_temp.toques(), '23/11:2', 'two');
select is(pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.9'), '1 0 0', 'accepted') from pegas p where p.conteudo = 'outra';
select is(pg_temp.toques('bia'), '23/11:1', 'counted for good');

-- a probe or the degraded mode keeps back what had its place: it is not spent
delete from fila_ativa;
select pg_temp.nova('caio', 'sem Redis', null, 'promocional') \g /dev/null
update modo_envio set modo = 'degradado', epoca = epoca + 1, desde = agora() - interval '1 hour';
select is((select count(*) from pg_temp.pega()), 0::bigint, 'marketing waits without Redis');
select is(pg_temp.toques('caio'), null, 'and its place is free');
update modo_envio set modo = 'normal', epoca = epoca + 1;

-- several days, the narrower limit first, in the window of the person
delete from fila_ativa;
select frequencia_salvar('marketing', 3, 7, 'todas') \g /dev/null
select janela_remover() \g /dev/null
select pg_temp.as('2026-11-24 10:00-03');
select pg_temp.nova('ana', '1', null, 'promocional'), pg_temp.nova('ana', '2', null, 'promocional') as b \gset
select is((select count(*) from pg_temp.pega()), 1::bigint, 'the third in seven days');
select is(pg_temp.espera(:'b'), 'pendente | 30/11 09:00 | 0 | limite de frequência (3 em 7 dias) até 30/11 09:00', 'room when Monday is a week ago, from nine o''clock');
select is(frequencia_remover('marketing', 7, 'todas'), 1, 'lifted');
select is((select count(*) from pg_temp.pega()), 1::bigint, 'what waits is looked at at once');

-- the company's own takes the place of all companies'
select frequencia_salvar('marketing', 9, 1, 'todas') \g /dev/null
select is((select string_agg(concat_ws(' ', l.proposito, l.maximo, l.dias, l.propria), ', ') from frequencia_listar() l), 'marketing 2 1 t', 'of the same days');
select throws_like($$ select frequencia_salvar('dono', 1) $$, 'proposito:%', 'owners have none');
select throws_like($$ select frequencia_salvar('marketing', 0) $$, 'maximo:%', 'none is not a limit');
select is(frequencia_remover() + frequencia_remover(empresa => 'todas'), 2, 'all lifted');
select * from finish();
rollback;
