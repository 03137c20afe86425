-- janela_aberta, janela_proxima, janela_antes, and the verbs that change windows: days, hours, zones, holidays, ends of days, DST.
begin;
select plan(59);
create temp table casa as select * from empresa_salvar('Clínica');
create temp table vizinha as select * from empresa_salvar('Vizinha', 'America/Manaus');
create function pg_temp.aberta(proposito text, em text, fuso text default null) returns boolean language sql
as $$ select janela_aberta((select id from casa), $1, $3, $2::timestamptz) $$;
-- as the person's clock shows it
create function pg_temp.proxima(proposito text, em text, fuso text default null) returns text language sql
as $$ select to_char(janela_proxima((select id from casa), $1, $3, $2::timestamptz) at time zone coalesce($3, 'America/Sao_Paulo'), 'DD/MM/YY HH24:MI:SS') $$;
create function pg_temp.antes(proposito text, em text, fuso text default null) returns text language sql
as $$ select to_char(janela_antes((select id from casa), $1, $3, $2::timestamptz) at time zone coalesce($3, 'America/Sao_Paulo'), 'DD/MM/YY HH24:MI:SS') $$;

-- the defaults; 16 November 2026 is a Monday, the 20th a holiday, the 21st a Saturday
select is(pg_temp.aberta(p, em), aberta, format('%s at %s', p, em))
from (values
    ('marketing', '2026-11-16 08:59:59-03', false), ('marketing', '2026-11-16 09:00-03', true),
    ('marketing', '2026-11-16 19:59:59.999-03', true), ('marketing', '2026-11-16 20:00-03', false),
    ('marketing', '2026-11-20 12:00-03', false), ('marketing', '2026-11-21 09:59-03', false),
    ('marketing', '2026-11-21 10:00-03', true), ('marketing', '2026-11-21 16:00-03', false),
    ('marketing', '2026-11-22 12:00-03', false), ('marketing', '2026-12-25 12:00-03', false),
    ('transacional', '2026-11-20 12:00-03', true), ('transacional', '2026-11-22 06:59-03', false),
    ('transacional', '2026-11-22 07:00-03', true), ('transacional', '2026-11-22 22:00-03', false),
    ('dono', '2026-11-22 21:59-03', true), ('dono', '2026-11-22 23:00-03', false),
    ('resposta', '2026-12-25 03:00-03', true)
) v (p, em, aberta);

select is(pg_temp.proxima('marketing', '2026-11-16 15:30-03'), '16/11/26 15:30:00', 'open: itself');
select is(pg_temp.proxima('marketing', '2026-11-16 08:00-03'), '16/11/26 09:00:00', 'the same day');
select is(pg_temp.proxima('marketing', '2026-11-19 20:00-03'), '21/11/26 10:00:00', 'over a holiday, to Saturday');
select is(pg_temp.proxima('marketing', '2026-11-21 16:00-03'), '23/11/26 09:00:00', 'over Sunday');
select is(pg_temp.proxima('marketing', '2026-12-24 20:00-03'), '26/12/26 10:00:00', 'over Christmas');
select is(pg_temp.proxima('transacional', '2026-12-31 22:00-03'), '01/01/27 07:00:00', 'into the next year');
select is(pg_temp.antes('transacional', '2026-11-16 06:00-03'), '15/11/26 21:59:00', 'earlier: a minute before the closing');
select is(pg_temp.antes('transacional', '2026-11-16 23:00-03'), '16/11/26 21:59:00', 'of the same day');
select is(pg_temp.antes('marketing', '2026-11-20 12:00-03'), '19/11/26 19:59:00', 'before a holiday');
select is(pg_temp.antes('marketing', '2026-11-23 08:00-03'), '21/11/26 15:59:00', 'before a Sunday');
select is(pg_temp.antes('marketing', '2026-11-16 09:00-03'), '16/11/26 09:00:00', 'open: itself');

-- by the clock of the person
select is(array[pg_temp.aberta('marketing', '2026-11-16 09:30-03', 'America/Manaus'), pg_temp.aberta('marketing', '2026-11-16 20:30-03', 'America/Manaus'),
    pg_temp.aberta('marketing', '2026-11-16 08:00-03', 'America/Noronha'), pg_temp.aberta('marketing', '2026-11-16 21:30-03', 'America/Rio_Branco')],
    '{f,t,t,t}', 'one, two hours behind; one ahead');
select is(pg_temp.proxima('marketing', '2026-11-16 09:30-03', 'America/Rio_Branco'), '16/11/26 09:00:00', 'nine o''clock there');
select is(pg_temp.proxima('marketing', '2026-11-21 17:30-03', 'America/Manaus'), '23/11/26 09:00:00', 'Saturday is over there as well');
select is(pg_temp.aberta('marketing', '2026-11-21 17:30-03', 'America/Rio_Branco'), true, 'and not yet there');
select is(pg_temp.aberta('marketing', '2026-11-16 09:30-03', 'Marte/Olympus'), true, 'a zone that does not exist: the company''s');
select is(janela_aberta((select id from vizinha), 'marketing', null, '2026-11-16 09:30-03'), false, 'no zone: the company''s');

-- changed for some days; the others stay
select is((janela_salvar('marketing', 'seg-qua', '8h', '12h30', empresa => 'Clínica')).dias, '{1,2,3}', 'from Monday to Wednesday');
select janela_salvar('marketing', '1-3', '14', '18:00', empresa => 'Clínica', acrescentar => true) \g /dev/null
select is((select string_agg(concat_ws(' ', l.dias, l.inicio, l.fim), '; ') from janela_listar('Clínica') l where l.proposito = 'marketing'),
    'seg, ter, qua 08:00 12:30; seg, ter, qua 14:00 18:00; qui, sex 09:00 20:00; sáb 10:00 16:00', 'a morning and an afternoon');
select is(pg_temp.proxima('marketing', '2026-11-16 12:30-03'), '16/11/26 14:00:00', 'over lunch');
select is(pg_temp.antes('marketing', '2026-11-16 13:00-03'), '16/11/26 12:29:00', 'before lunch');
select is((select bool_or(l.propria) from janela_listar('Vizinha') l), false, 'of no other company');
select is(janela_fechar('marketing', 'sáb,qui', 'Clínica'), 3, 'Saturday and Thursday are closed');
select is(pg_temp.proxima('marketing', '2026-11-25 18:00-03'), '27/11/26 09:00:00', 'and passed over');
select throws_ok($$ select janela_fechar('marketing', 'todos', 'Clínica') $$, '22023', null, 'not every day');
select is(janela_remover('marketing', 'Clínica'), 3, 'back to the defaults');
select is(pg_temp.aberta('marketing', '2026-11-16 13:00-03'), true, 'which hold again');

-- ends of days
select janela_salvar('transacional', 'todos', '0h', '24:00', empresa => 'Clínica') \g /dev/null
select is(array[pg_temp.aberta('transacional', '2026-11-16 23:59:59.9-03'), pg_temp.aberta('transacional', '2026-11-17 00:00-03')], '{t,t}', 'the whole day');
select janela_salvar('transacional', 'seg-dom', '20h', '24h', empresa => 'Clínica') \g /dev/null
select is(array[pg_temp.aberta('transacional', '2026-11-16 23:59:59.9-03'), pg_temp.aberta('transacional', '2026-11-17 00:00-03')], '{t,f}', 'until midnight');
select is(pg_temp.antes('transacional', '2026-11-17 08:00-03'), '16/11/26 23:59:00', 'a minute before it');

-- the clock goes forward at midnight of 4 November 2018, back at midnight of 18 February 2018
select janela_salvar('dono', 'todos', '0h', '1h', empresa => 'Clínica') \g /dev/null
select is(pg_temp.proxima('dono', '2018-11-03 12:00-03'), '05/11/18 00:00:00', 'a window that the clock skips is none');
select janela_salvar('dono', 'todos', '0h', '2h', empresa => 'Clínica') \g /dev/null
select is(janela_proxima((select id from casa), 'dono', null, '2018-11-03 12:00-03'), '2018-11-04 01:00-02'::timestamptz, 'the first instant after the gap');
select janela_salvar('dono', 'todos', '23h', '24h', empresa => 'Clínica') \g /dev/null
select is(janela_proxima((select id from casa), 'dono', null, '2018-02-17 12:00-02'), '2018-02-17 23:00-02'::timestamptz, 'of an hour shown twice the first');
select is(janela_antes((select id from casa), 'dono', null, '2018-02-18 08:00-03'), '2018-02-17 23:59-03'::timestamptz, 'and, backwards, the last');

-- never
delete from janelas_envio where empresa_id is null and proposito = 'marketing';
select is(array[pg_temp.proxima('marketing', '2026-11-16 12:00-03'), pg_temp.antes('marketing', '2026-11-16 12:00-03')], array[null, null], 'no window at all');
select janela_remover(empresa => 'todas') \g /dev/null
select is(pg_temp.aberta('marketing', '2026-11-16 12:00-03'), true, 'the product''s own windows come back');

-- refused, by name
select throws_ok($$ select janela_salvar('marketing', 'sexta', '20h', '8h', empresa => 'Clínica') $$, '22023', null, 'fim before inicio');
select throws_like($$ select janela_salvar('resposta', 'sex', '8h', '9h', empresa => 'Clínica') $$, 'proposito:%', 'answers are never held');
select throws_like($$ select janela_salvar('marketing', 'amanhã', '8h', '9h', empresa => 'Clínica') $$, 'dias:%', 'no such day');
select throws_like($$ select janela_salvar('marketing', 'sex', '8h61', '9h', empresa => 'Clínica') $$, 'inicio:%', 'no such time');
select is(dias_ler('sex-seg'), '{1,5,6,7}', 'round by Sunday');
select is(dias_ler('Segunda-feira a quinta, sáb'), '{1,2,3,4,6}', 'as people write');
select * from finish();
rollback;
