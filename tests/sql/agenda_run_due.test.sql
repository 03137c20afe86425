-- agenda_run_due: each occurrence once; what was missed, by policy; an error of one company or schedule is
-- its own.
begin;
select plan(51);
set local timezone = 'America/Sao_Paulo';
create function pg_temp.vai_a(quando timestamptz) returns void language sql
as $$
    insert into relogio values (true, quando - now())
    on conflict (unico) do update set deslocamento = excluded.deslocamento
$$;
create function pg_temp.roda() returns integer language plpgsql
as $$
declare
    n integer := 0;
begin
    while agenda_run_due(1) > 0 loop
        n := n + 1;
    end loop;
    return n;
end
$$;
create function pg_temp.disparos(text) returns text language sql
as $$
    select coalesce(string_agg(to_char(d.ocorrencia, 'DD HH24:MI') || coalesce(' até ' || to_char((d.resultado ->> 'puladas_ate')::timestamptz, 'DD HH24:MI'), ''),
        ', ' order by d.ocorrencia), '')
    from agenda_disparos d join agendas a on a.id = d.agenda_id where a.nome = $1
$$;
create function pg_temp.so(text[] default '{}') returns void language sql -- only these are on
as $$ update agendas set ativa = false, proxima_em = null where nome <> all ($1) $$;
select pg_temp.vai_a('2026-11-23 08:30-03');
delete from agendas;
select id as casa from empresa_salvar('Casa') \gset
select id as filial from empresa_salvar('Filial', 'America/Manaus') \gset

-- built in
select is(agendas_install(), 10, 'installed');
select is(agendas_install(), 0, 'once');
select is((select string_agg(concat_ws(' | ', nome, cron, acao, perdidas, ativa, to_char(proxima_em, 'DD HH24:MI')), E'\n' order by nome) from agendas),
    'birthdays | 0 9 * * * | birthdays | ultima | t | 23 09:00
campanhas | * * * * * | campanhas | pular | t | 23 08:31
daily_summary | 0 18 * * * | daily_summary | ultima | t | 23 18:00
followups | 0 10 * * * | followups | ultima | t | 23 10:00
inactive_clients | 0 10 * * 1 | inactive_clients | ultima | t | 23 10:00
lembretes_24h | 0 9 * * * | lembretes_24h | ultima | f
lembretes_2h | 0 * * * * | lembretes_2h | todas | f
low_occupancy | 0 17 * * * | low_occupancy | ultima | t | 23 17:00
no_shows | 0 * * * * | no_shows | ultima | t | 23 09:00
opportunities | 0 15 * * 2,4 | opportunities | ultima | t | 24 15:00', 'what INTERFACES says');
select is((select array_agg(distinct fuso) from agendas), '{America/Sao_Paulo}', 'in São Paulo''s time');
select is((select array_agg(a.nome) from agendas a where not a.acao = any (agenda_acoes())), null, 'each can be done');

-- due
select is(pg_temp.roda(), 0, 'nothing is due');
select pg_temp.vai_a('2026-11-23 10:00:03-03');
select is(pg_temp.roda(), 9, 'birthdays, followups, inactive_clients, no_shows, and five minutes of campanhas');
select is(pg_temp.roda(), 0, 'once');
select is(pg_temp.disparos('followups'), '23 10:00', 'for its instant');
select is((select concat_ws(' ', to_char(proxima_em, 'DD HH24:MI'), to_char(ultima_em, 'HH24:MI:SS'), ultimo_erro) from agendas where nome = 'followups'), '24 10:00 10:00:03', 'and tomorrow again');
select is((select ultimo_resultado ->> 'text' from agendas where nome = 'followups'), '📩 Follow-ups agendados: 0', 'its summary');
select is((select ultimo_resultado ->> 'empresas' from agendas where nome = 'followups'), '2', 'of all companies');
select ok((select bool_and(duracao_ms >= 0 and not manual) from agenda_disparos where duracao_ms is not null), 'how long they took');
select is((select ultimo_resultado from agendas where nome = 'campanhas'), '{"iniciadas": 0}', 'campaigns');
select is((select jsonb_array_length(ultimo_resultado -> 'avisos') from agendas where nome = 'birthdays'), 2, 'each company''s notice');
update agendas set proxima_em = '2026-11-23 10:00-03' where nome = 'followups';
select is(pg_temp.roda(), 1, 'set back');
select is(pg_temp.disparos('followups'), '23 10:00', 'it has run for that');

-- six hours without a planner
select pg_temp.so();
select nome from agenda_salvar('pula', '0 * * * *', perdidas => 'pular', acao => 'no_shows') \g /dev/null
select nome from agenda_salvar('ultima', '0 * * * *', acao => 'no_shows') \g /dev/null
select nome from agenda_salvar('todas', '0 * * * *', perdidas => 'todas', acao => 'no_shows') \g /dev/null
select pg_temp.vai_a('2026-11-23 16:20-03');
select pg_temp.roda() \g /dev/null
select is(pg_temp.disparos('pula'), '23 11:00 até 23 16:00', 'pular: none of them');
select is(pg_temp.disparos('ultima'), '23 11:00 até 23 15:00, 23 16:00', 'ultima: the last one');
select is(pg_temp.disparos('todas'), '23 11:00, 23 12:00, 23 13:00, 23 14:00, 23 15:00, 23 16:00', 'todas: each');
select is((select array_agg(distinct to_char(proxima_em, 'DD HH24:MI')) from agendas where proxima_em is not null), '{"23 17:00"}', 'all go on at the next hour');

-- a little late is not missed: up to five minutes
select pg_temp.vai_a('2026-11-23 22:03-03');
select pg_temp.roda() \g /dev/null
select is(pg_temp.disparos('pula'), '23 11:00 até 23 16:00, 23 17:00 até 23 21:00, 23 22:00', 'pular: the one that is only late');
select is(pg_temp.disparos('ultima'), '23 11:00 até 23 15:00, 23 16:00, 23 17:00 até 23 21:00, 23 22:00', 'ultima: that one is the last');
select pg_temp.so();
select nome from agenda_salvar('pula', '* * * * *', ativa => true) \g /dev/null
delete from agenda_disparos;
select pg_temp.vai_a('2026-11-23 22:08-03');
select is(pg_temp.roda(), 5, 'late by five minutes');
select is(pg_temp.disparos('pula'), '23 22:04, 23 22:05, 23 22:06, 23 22:07, 23 22:08', 'each runs');
select pg_temp.vai_a('2026-12-23 22:08:30-03');
select is(pg_temp.roda(), 5, 'a month of minutes');
select is(pg_temp.disparos('pula'), '23 22:04, 23 22:05, 23 22:06, 23 22:07, 23 22:08, 23 22:09 até 23 22:03, 23 22:04, 23 22:05, 23 22:06, 23 22:07, 23 22:08', 'is passed over');
select is((select count(*) from agenda_disparos where resultado ? 'puladas_ate'), 1::bigint, 'as one line');

-- a long backlog of one does not keep another waiting
select pg_temp.so();
select nome from agenda_salvar('todas', '* * * * *', ativa => true) \g /dev/null
select nome from agenda_salvar('pula', '* * * * *', ativa => true) \g /dev/null
select pg_temp.vai_a('2026-12-23 22:20-03');
select agenda_run_due(1), agenda_run_due(1) \g /dev/null
select agenda_run_due(1), agenda_run_due(1) \g /dev/null
select is((select count(distinct agenda_id) from agenda_disparos where ocorrencia > '2026-12-23 22:08:30-03'), 2::bigint, 'both had their turn');
delete from agenda_disparos;

-- the error of one company, and of a whole schedule
select pg_temp.so();
create or replace function regra_run(empresa uuid default null) returns jsonb language plpgsql as $$
begin
    insert into auditoria (action, alvo) values ('fez', empresa::text);
    if empresa = (select id from empresas where nome = 'Casa') then
        raise exception 'não deu';
    end if;
    return '{"agendados": 2, "regras": {"a": 2}}';
end
$$;
select nome from agenda_salvar('followups', '0 * * * *', ativa => true) \g /dev/null
select nome from agenda_salvar('no_shows', '0 * * * *', ativa => true) \g /dev/null
select pg_temp.vai_a('2026-12-23 23:00-03');
select is(pg_temp.roda(), 2, 'both run');
select is((select ultimo_resultado from agendas where nome = 'followups'),
    '{"agendados": 2, "regras": {"a": 2}, "empresas": 1, "falhas": 1, "text": "📩 Follow-ups agendados: 2"}', 'the others got theirs');
select is((select ultimo_erro from agendas where nome = 'followups'), 'Casa: não deu', 'the error is kept');
select is((select array_agg(alvo) from auditoria where action = 'fez'), array[:'filial'], 'what it did for the company that failed is undone');
select is((select payload ->> 'erro' from auditoria where action = 'agenda_falhou' and empresa_id = :'casa'), 'não deu', 'audited');
select is(pg_temp.roda(), 0, 'and not tried again');
select is((select ultimo_erro from agendas where nome = 'no_shows'), null, 'the other schedule is well');
create or replace function campanha_due() returns setof uuid language plpgsql as $$ begin raise exception 'quebrou'; end $$;
select nome from agenda_ativar('campanhas') \g /dev/null
select pg_temp.vai_a('2026-12-23 23:01-03');
select is(pg_temp.roda(), 1, 'an action that fails as a whole');
select is((select concat_ws(' ', ultimo_erro, ultimo_resultado, to_char(proxima_em, 'HH24:MI')) from agendas where nome = 'campanhas'), 'quebrou 23:02', 'waits for its next time');
select is((select erro from agenda_disparos d join agendas a on a.id = d.agenda_id where a.nome = 'campanhas'), 'quebrou', 'and is written down');
select is((select count(*) from auditoria where action = 'agenda_falhou' and alvo = 'campanhas'), 1::bigint, 'audited too');
create or replace function campanha_due() returns setof uuid language plpgsql as $$ begin raise exception using errcode = '40P01'; end $$;
select pg_temp.vai_a('2026-12-23 23:02-03');
select throws_ok('select agenda_run_due(1)', '40P01', null, 'a deadlock goes up, to be repeated');
create or replace function campanha_due() returns setof uuid language plpgsql as $$ begin raise exception using errcode = '57014', message = 'statement timeout'; end $$;
select is(pg_temp.roda(), 1, 'what takes too long does not');
select is((select ultimo_erro from agendas where nome = 'campanhas'), 'statement timeout', 'it is written down');

-- what is kept
select pg_temp.so('{followups}');
update agenda_disparos set em = em - interval '91 days', ocorrencia = ocorrencia - interval '91 days' where agenda_id = (select id from agendas where nome = 'followups');
select nome from agenda_salvar('followups', '59 * * * *') \g /dev/null
select pg_temp.vai_a('2026-12-23 23:59-03');
select pg_temp.roda() \g /dev/null
select is(pg_temp.disparos('followups'), '23 23:59', 'firings of ninety days');

-- with very many companies in parts: here each takes a second
select pg_temp.so();
delete from agenda_disparos;
create temp sequence passo;
create or replace function cronometro() returns timestamptz language sql volatile as $$ select '2026-01-01'::timestamptz + nextval('pg_temp.passo') * interval '1 second' $$;
create or replace function regra_run(empresa uuid default null) returns jsonb language plpgsql as $$
begin
    insert into auditoria (action, alvo) values ('parte', empresa::text);
    if empresa = (select id from empresas where nome = 'Casa') then
        raise exception 'não deu';
    elsif empresa = (select id from empresas where nome = 'C3') then
        raise exception using errcode = '57014', message = 'statement timeout';
    end if;
    return '{"agendados": 1}';
end
$$;
select count(empresa_salvar('C' || n)) from generate_series(1, 6) n \g /dev/null
select nome from agenda_salvar('followups', '0 * * * *', perdidas => 'pular', ativa => true) \g /dev/null
select pg_temp.vai_a('2026-12-23 23:58:30-03');
update agendas set proxima_em = '2026-12-23 23:55-03', cron = '*/5 * * * *' where nome = 'followups';
select is(agenda_run_due(1), 1, 'a part');
select is((select array[d.resultado ->> 'empresas', d.resultado ->> 'falhas', a.proxima_em::text] from agenda_disparos d join agendas a on a.id = d.agenda_id where d.empresas_ate is not null),
    '{1,1,"2026-12-23 23:55:00-03"}', 'not yet over');
select pg_temp.vai_a('2026-12-24 00:07-03');
select is(pg_temp.roda(), 7, 'it goes on, though it is missed by now, and then comes the next one');
select is((select string_agg(concat_ws(' ', to_char(d.ocorrencia, 'HH24:MI'), d.resultado ->> 'empresas', d.resultado ->> 'falhas', d.resultado ->> 'text', d.erro, d.empresas_ate), ', ' order by d.ocorrencia)
        from agenda_disparos d join agendas a on a.id = d.agenda_id where a.nome = 'followups' and d.ocorrencia > '2026-12-23 23:50-03'),
    '23:55 6 2 📩 Follow-ups agendados: 6 Casa: não deu, 00:00, 00:05 6 2 📩 Follow-ups agendados: 6 Casa: não deu', 'each company had its turn; what was missed meanwhile is passed over');
select is((select array_agg(distinct v.n) from (select count(*) as n from auditoria where action = 'parte' group by alvo) v), '{2}', 'once each');

-- a row that cannot be read any more
select pg_temp.so();
select nome from agenda_salvar('no_shows', '0 * * * *', ativa => true) \g /dev/null
update agendas set fuso = 'Marte/Olympus', proxima_em = '2026-12-23 23:00-03' where nome = 'no_shows';
select is(pg_temp.roda(), 1, 'stops');
select matches((select concat_ws(' ', ultimo_erro, proxima_em) from agendas where nome = 'no_shows'), '^parada: .*Marte/Olympus[^0-9]*$', 'with the reason');

select * from finish();
rollback;
