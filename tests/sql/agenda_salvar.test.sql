-- agenda_salvar, ativar, desativar, remover, executar, previa, listar: a company's own schedule takes the place of
-- the one for all.
begin;
select plan(41);
set local timezone = 'UTC';
insert into relogio values (true, '2026-11-23 08:30-03' - now());
delete from agendas;
select agendas_install() \g /dev/null
select id as casa from empresa_salvar('Casa') \gset
select id as filial from empresa_salvar('Filial', 'America/Manaus') \gset
create function pg_temp.quem(text) returns text language sql
as $$
    select coalesce(string_agg(concat_ws(':', coalesce(d.nome, 'todas'), e.nome), ' ' order by d.nome, e.nome), '')
    from agendas a left join empresas d on d.id = a.empresa_id cross join lateral agenda_empresas(a) e
    where a.nome = $1 and a.ativa
$$;

-- one for all, and a company's own
select is(pg_temp.quem('followups'), 'todas:Casa todas:Filial', 'for all');
select is((select array[cron, fuso, perdidas, proxima_em::text] from agenda_salvar('followups', cron => ' 30  9 * * MON-fri ', empresa => 'Filial')),
    '{"30 9 * * MON-fri",America/Manaus,ultima,"2026-11-23 13:30:00+00"}', 'its own, in its zone');
select is(pg_temp.quem('followups'), 'Filial:Filial todas:Casa', 'instead of the one for all');
select is((select ativa from agenda_desativar('followups', 'Filial')), false, 'off');
select is(pg_temp.quem('followups'), 'todas:Casa', 'off there, not elsewhere');
select is((select proxima_em from agendas where nome = 'followups' and empresa_id = :'filial'), null, 'never due');
select is((select array[cron, fuso] from agenda_ativar('followups', 'Filial')), '{"30 9 * * MON-fri",America/Manaus}', 'on again, as it was');
select is((select nome from agenda_remover('followups', 'Filial')), 'followups', 'gone');
select is(pg_temp.quem('followups'), 'todas:Casa todas:Filial', 'for all again');

-- switched on for one company
select is((select array[cron, fuso, ativa::text, proxima_em::text] from agenda_ativar('lembretes_24h', 'Filial')),
    '{"0 9 * * *",America/Manaus,true,"2026-11-23 13:00:00+00"}', 'a copy of the one for all, in its zone');
select is(pg_temp.quem('lembretes_24h'), 'Filial:Filial', 'for that company only');
select is(agendamento_exato(:'filial', '24h') || ' ' || agendamento_exato(:'casa', '24h'), 'false true', 'which says how reminders go');

-- changes
select is((agenda_salvar('followups', cron => '0 11 * * *')).proxima_em, '2026-11-23 14:00:00+00', 'other hours');
select is((agenda_salvar('followups', fuso => 'America/Noronha')).proxima_em, '2026-11-23 13:00:00+00', 'another zone');
update agendas set proxima_em = '2026-11-23 08:00-03' where nome = 'followups' and empresa_id is null;
select is((agenda_salvar('followups', perdidas => 'todas')).proxima_em, '2026-11-23 11:00:00+00', 'what is due by the same hours is due still');
select is((select count(*) from agendas), 11::bigint, 'rows are changed, not added');
select is((select array_agg(distinct action order by action) from auditoria where action like 'agenda%'), '{agenda_removida,agenda_salva}', 'audited');
select is((select acao from agenda_salvar('de_tarde', '0 16 * * *', acao => 'followups')), 'followups', 'a second one of the same action');

-- refusals
select throws_ok($$select agenda_salvar('followups', '0 0 30 2 *')$$, '22023', 'cron: "0 0 30 2 *" never fires: there is no such day', '30 February');
select throws_ok($$select agenda_salvar('followups', '0 25 * * *')$$, '22023', 'cron: field 2 (hour), character 3, "25": expected 0 to 23', 'hour 25');
select throws_ok($$select agenda_salvar('followups', fuso => 'BRT')$$, '22023', 'fuso: expected an IANA zone such as America/Sao_Paulo, found "BRT"', 'no zone');
select throws_ok($$select agenda_salvar('followups', perdidas => 'alguma')$$, '22023', 'perdidas: expected pular, ultima or todas, found "alguma"', 'no policy');
select throws_like($$select agenda_salvar('nova', '0 9 * * *')$$, 'acao: expected followups, %, found "nova"', 'no action');
select throws_ok($$select agenda_salvar('daily_summary ', '0 9 * * *')$$, '22023', 'nome: expected a-z, 0-9 and _, a letter first, found "daily_summary "', 'no name');
select throws_ok($$select agenda_salvar('de_manha', acao => 'followups')$$, '22023', 'cron: expected five fields (minute, hour, day of month, month, day of week), found none', 'no hours');
select throws_ok($$select agenda_desativar('campanhas', 'Casa')$$, '22023', 'empresa: campanhas looks at those of all companies; leave it out', 'campaigns of one company');
select throws_ok($$select agenda_ativar('nada')$$, '22023', 'nome: there is no schedule called "nada"', 'no such schedule');
select throws_ok($$select agenda_ativar('followups', 'Nenhuma')$$, '22023', 'empresa: there is none called "Nenhuma"', 'no such company');
select throws_ok($$select agenda_remover('followups')$$, '22023', 'nome: "followups" is built in; switch it off with agenda_desativar', 'built in');
select throws_ok($$select agenda_remover('followups', 'Casa')$$, '22023', 'nome: there is no schedule called "followups" of that company''s own', 'none of its own');
select is((select nome from agenda_remover('de_tarde')), 'de_tarde', 'what somebody made goes');

-- the next firings
select is((select string_agg(concat_ws(' ', local, deslocamento, to_char(quando, 'HH24:MI')), ', ' order by quando) from agenda_previa('opportunities', 3)),
    '2026-11-24 15:00 -03:00 18:00, 2026-11-26 15:00 -03:00 18:00, 2026-12-01 15:00 -03:00 18:00', 'by the clock there, and by UTC');
select is((select string_agg(concat_ws(' ', local, deslocamento), ', ' order by quando) from agenda_previa('lembretes_24h', 1, 'Filial')), '2026-11-23 09:00 -04:00', 'the company''s own');
select is((select count(*) from agenda_previa('lembretes_2h')), 5::bigint, 'five, also of one that is off');
select nome from agenda_salvar('ny', '30 2 * * *', 'America/New_York', acao => 'no_shows') \g /dev/null
update relogio set deslocamento = '2027-03-13 08:30-03' - now();
select is((select string_agg(concat_ws(' ', local, deslocamento), ', ' order by quando) from agenda_previa('ny', 2)), '2027-03-14 03:00 -04:00, 2027-03-15 02:30 -04:00', 'an hour that the clock skips');
select throws_ok($$select agenda_previa('ny', 0)$$, '22023', 'n: expected 1 to 1000, found 0', 'none');

-- run now
update relogio set deslocamento = '2026-11-23 08:31-03' - now();
select is((select array[manual::text, erro, resultado ->> 'empresas', ocorrencia::text] from agenda_executar('lembretes_24h', 'Casa')),
    '{true,NULL,1,"2026-11-23 11:31:00+00"}', 'by hand, though it is off, for one company');
select is((select ocorrencia::text from agenda_executar('lembretes_24h', 'Casa')), '2026-11-23 11:31:00.000001+00', 'again');
select is((select count(*) from auditoria where action = 'agenda_executada' and empresa_id = :'casa'), 2::bigint, 'audited');
select is((select string_agg(concat_ws(' ', l.nome, l.da_empresa, l.ativa, l.proxima_local), ', ') from agenda_listar('Filial') l where l.nome like 'lembretes%'),
    'lembretes_24h Filial t 2026-11-23 09:00, lembretes_2h f', 'those that act for a company');
select is((select count(*) from agenda_listar()), 12::bigint, 'all');
select * from finish();
rollback;
