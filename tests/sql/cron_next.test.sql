-- cron_next: five fields, in the clocks of twenty zones, where they skip and where they repeat an hour.
begin;
select plan(85);
set local timezone = 'UTC';
create function pg_temp.proximas(cron text, fuso text, apos timestamptz, n integer) returns text language sql
as $$
    with recursive v (i, t) as (
        select 0, apos
        union all
        select v.i + 1, cron_next(cron, fuso, v.t) from v where v.i < n and v.t is not null
    )
    select string_agg(to_char(v.t, 'YYYY-MM-DD HH24:MI'), ' ' order by v.i) from v where v.i > 0
$$;

-- at nine, and at half past six on working days, after Friday 2026-07-03 23:00 UTC
select is(pg_temp.proximas('0 9 * * *', z.fuso, '2026-07-03 23:00+00', 1) || ', ' || pg_temp.proximas('30 18 * * mon-fri', z.fuso, '2026-07-03 23:00+00', 1),
    z.nove || ', ' || z.dezoito, z.fuso)
from (values
    ('America/Sao_Paulo', '2026-07-04 12:00', '2026-07-06 21:30'),
    ('America/Manaus', '2026-07-04 13:00', '2026-07-06 22:30'),
    ('America/Rio_Branco', '2026-07-04 14:00', '2026-07-03 23:30'),
    ('America/Noronha', '2026-07-04 11:00', '2026-07-06 20:30'),
    ('America/New_York', '2026-07-04 13:00', '2026-07-06 22:30'),
    ('America/Los_Angeles', '2026-07-04 16:00', '2026-07-04 01:30'),
    ('America/St_Johns', '2026-07-04 11:30', '2026-07-06 21:00'),
    ('America/Santiago', '2026-07-04 13:00', '2026-07-06 22:30'),
    ('America/Argentina/Buenos_Aires', '2026-07-04 12:00', '2026-07-06 21:30'),
    ('Atlantic/Azores', '2026-07-04 09:00', '2026-07-06 18:30'),
    ('Europe/Lisbon', '2026-07-04 08:00', '2026-07-06 17:30'),
    ('Europe/London', '2026-07-04 08:00', '2026-07-06 17:30'),
    ('Europe/Berlin', '2026-07-04 07:00', '2026-07-06 16:30'),
    ('Africa/Casablanca', '2026-07-04 08:00', '2026-07-06 17:30'),
    ('Africa/Johannesburg', '2026-07-04 07:00', '2026-07-06 16:30'),
    ('Asia/Kolkata', '2026-07-04 03:30', '2026-07-06 13:00'),
    ('Asia/Kathmandu', '2026-07-04 03:15', '2026-07-06 12:45'),
    ('Asia/Tokyo', '2026-07-04 00:00', '2026-07-06 09:30'),
    ('Australia/Lord_Howe', '2026-07-04 22:30', '2026-07-06 08:00'),
    ('Pacific/Chatham', '2026-07-04 20:15', '2026-07-06 05:45'),
    ('Pacific/Kiritimati', '2026-07-04 19:00', '2026-07-06 04:30'),
    ('UTC', '2026-07-04 09:00', '2026-07-06 18:30')
) z (fuso, nove, dezoito);

-- where the clock jumps
select is(pg_temp.proximas(c.cron, c.fuso, c.apos::timestamp at time zone 'UTC', c.n), c.proximas, c.porque)
from (values
    ('skipped: the first instant after', 'America/New_York', '30 2 * * *', '2026-03-08 00:00', 2, '2026-03-08 07:00 2026-03-09 06:30'),
    ('several skipped: once', 'America/New_York', '15,45 2 * * *', '2026-03-08 00:00', 3, '2026-03-08 07:00 2026-03-09 06:15 2026-03-09 06:45'),
    ('skipped, and one that is there: once', 'America/New_York', '*/15 * * * *', '2026-03-08 06:30', 3, '2026-03-08 06:45 2026-03-08 07:00 2026-03-08 07:15'),
    ('hourly, an hour less', 'America/New_York', '0 * * * *', '2026-03-08 05:00', 3, '2026-03-08 06:00 2026-03-08 07:00 2026-03-08 08:00'),
    ('shown twice: the first time', 'America/New_York', '30 1 * * *', '2026-11-01 00:00', 2, '2026-11-01 05:30 2026-11-02 06:30'),
    ('each quarter of an hour: none in the hour that comes again', 'America/New_York', '*/15 * * * *', '2026-11-01 05:30', 3, '2026-11-01 05:45 2026-11-01 07:00 2026-11-01 07:15'),
    ('hourly: neither', 'America/New_York', '0 * * * *', '2026-11-01 04:00', 3, '2026-11-01 05:00 2026-11-01 07:00 2026-11-01 08:00'),
    ('asked within the hour that comes again', 'America/New_York', '* * * * *', '2026-11-01 06:10', 2, '2026-11-01 07:00 2026-11-01 07:01'),
    ('skipped', 'Europe/Lisbon', '30 1 * * *', '2026-03-29 00:00', 2, '2026-03-29 01:00 2026-03-30 00:30'),
    ('shown twice', 'Europe/Lisbon', '30 1 * * *', '2026-10-25 00:00', 2, '2026-10-25 00:30 2026-10-26 01:30'),
    ('midnight is skipped', 'America/Santiago', '0 0 * * *', '2026-09-05 12:00', 2, '2026-09-06 04:00 2026-09-07 03:00'),
    ('the day ends twice', 'America/Santiago', '30 23 * * *', '2026-04-04 12:00', 2, '2026-04-05 02:30 2026-04-06 03:30'),
    ('half an hour skipped', 'Australia/Lord_Howe', '15 2 * * *', '2026-10-03 12:00', 2, '2026-10-03 15:30 2026-10-04 15:15'),
    ('half an hour twice', 'Australia/Lord_Howe', '45 1 * * *', '2026-04-04 12:00', 2, '2026-04-04 14:45 2026-04-05 15:15'),
    ('half an hour twice, each quarter', 'Australia/Lord_Howe', '*/15 * * * *', '2026-04-04 14:30', 3, '2026-04-04 14:45 2026-04-04 15:30 2026-04-04 15:45'),
    ('São Paulo in 2018: midnight is skipped', 'America/Sao_Paulo', '0 0 * * *', '2018-11-03 12:00', 2, '2018-11-04 03:00 2018-11-05 02:00'),
    ('half past it, of that Sunday too', 'America/Sao_Paulo', '30 0 * * sun', '2018-11-03 12:00', 2, '2018-11-04 03:00 2018-11-11 02:30'),
    ('São Paulo in 2019: the last hour twice', 'America/Sao_Paulo', '30 23 * * *', '2019-02-16 12:00', 2, '2019-02-17 01:30 2019-02-18 02:30'),
    ('São Paulo now: nothing jumps', 'America/Sao_Paulo', '0 0 * * *', '2026-11-01 00:00', 2, '2026-11-01 03:00 2026-11-02 03:00'),
    ('a whole day skipped', 'Pacific/Apia', '0 10 * * *', '2011-12-30 00:00', 2, '2011-12-30 10:00 2011-12-30 20:00'),
    ('two hours skipped', 'Antarctica/Troll', '30 2 * * *', '2026-03-29 00:00', 2, '2026-03-29 01:00 2026-03-30 00:30')
) c (porque, fuso, cron, apos, n, proximas);

-- days
select is(pg_temp.proximas(c.cron, 'America/Sao_Paulo', c.apos::timestamp at time zone 'America/Sao_Paulo', c.n), c.proximas, c.porque)
from (values
    ('months that have 31 days', '0 8 31 * *', '2026-11-01', 3, '2026-12-31 11:00 2027-01-31 11:00 2027-03-31 11:00'),
    ('months that have 30', '0 8 30 * *', '2027-01-30 09:00', 1, '2027-03-30 11:00'),
    ('leap day', '0 0 29 2 *', '2026-11-01', 2, '2028-02-29 03:00 2032-02-29 03:00'),
    ('2000 had one', '0 0 29 feb *', '1999-01-01', 1, '2000-02-29 03:00'),
    ('nor will 2100: eight years', '0 0 29 2 *', '2096-03-01', 1, '2104-02-29 03:00'),
    ('30 February', '0 0 30 2 *', '2026-11-01', 1, null),
    ('31 of short months', '0 0 31 4,6,9,11 *', '2026-11-01', 1, null),
    ('over the year', '59 23 31 12 *', '2026-12-31 23:59', 1, '2028-01-01 02:59'),
    ('strictly after', '30 10 * * *', '2026-11-21 10:30', 1, '2026-11-22 13:30'),
    ('within the minute', '30 10 * * *', '2026-11-21 10:29:59', 1, '2026-11-21 13:30'),
    ('a day of the month or of the week', '0 0 13 * fri', '2026-11-01', 3, '2026-11-06 03:00 2026-11-13 03:00 2026-11-20 03:00'),
    ('* in one: the other', '0 0 * * fri', '2026-11-07', 1, '2026-11-13 03:00'),
    ('*/2 in one: both', '0 0 */2 * fri', '2026-11-01', 3, '2026-11-13 03:00 2026-11-27 03:00 2026-12-11 03:00'),
    ('the six of the documents: Mondays', '0 10 * * 1', '2026-11-21', 2, '2026-11-23 13:00 2026-11-30 13:00'),
    ('Tuesdays and Thursdays', '0 15 * * 2,4', '2026-11-21', 3, '2026-11-24 18:00 2026-11-26 18:00 2026-12-01 18:00')
) c (porque, cron, apos, n, proximas);

-- names, lists, ranges, steps
select is((select minutos from cron_read('*/15 * * * *')), '{0,15,30,45}', 'a step');
select is((select minutos from cron_read('10-50/20,3,55-57 * * * *')), '{3,10,30,50,55,56,57}', 'a range with one, in a list');
select is((select meses from cron_read('* * * JAN,mar-May *')), '{1,3,4,5}', 'months by name, whatever their case');
select is((select semana from cron_read('* * * * 0')), (select semana from cron_read('* * * * 7')), 'Sunday is 0 and 7');
select is((select semana from cron_read('* * * * fri-sun')), '{0,5,6}', 'and the end of a week');
select is((select semana from cron_read('* * * * 5-7')), '{0,5,6}', 'by numbers too');
select is((select semana from cron_read('* * * * *')), '{0,1,2,3,4,5,6}', 'all days');
select is((select semana from cron_read('* * * * sun-tue')), '{0,1,2}', 'from Sunday');
select is((select array[minutos::text, horas::text] from cron_read(E'  5\t4  * * *\n')), '{"{5}","{4}"}', 'blanks do not matter');
select is(cron_last('* * * * *', 'America/Sao_Paulo', '2025-11-03 12:00-03', '2026-11-03 12:00:30-03'), '2026-11-03 12:00-03', 'the last one of a year of minutes');
select is(cron_last('0 0 29 2 *', 'UTC', '2026-11-03', '2040-01-01'), '2036-02-29', 'of years');
select is(cron_last('0 9 * * *', 'UTC', '2026-11-03 09:00', '2026-11-04 08:59'), null, 'none since');

-- errors name field, place, what was expected
select throws_ok(format('select cron_read(%L)', e.cron), '22023', 'cron: ' || e.erro, e.cron)
from (values
    ('60 * * * *', 'field 1 (minute), character 1, "60": expected 0 to 59'),
    ('* 9,24 * * *', 'field 2 (hour), character 5, "24": expected 0 to 23'),
    ('0 0 L * *', 'field 3 (day of month), character 5, "L": expected 1 to 31'),
    ('0 0 0 * *', 'field 3 (day of month), character 5, "0": expected 1 to 31'),
    ('0 0 1  foo *', 'field 4 (month), character 8, "foo": expected 1 to 12 or jan to dec'),
    ('0 0 1 * seg', 'field 5 (day of week), character 9, "seg": expected 0 to 7 or sun to sat'),
    ('20-10 * * * *', 'field 1 (minute), character 1, "20-10": expected a range that ends after it begins'),
    ('*/0 * * * *', 'field 1 (minute), character 1, "*/0": expected a step of 1 to 59'),
    ('*/90 * * * *', 'field 1 (minute), character 1, "*/90": expected a step of 1 to 59'),
    ('5/15 * * * *', 'field 1 (minute), character 1, "5/15": expected a step after * or a range, such as 5-59/15'),
    ('1,,2 * * * *', 'field 1 (minute), character 3, "": expected a value (0 to 59), a range such as 2-4, * or a range with a step such as */2, or a list of these'),
    ('* * * *', 'expected five fields (minute, hour, day of month, month, day of week), found 4'),
    ('@daily', 'expected five fields (minute, hour, day of month, month, day of week), found 1')
) e (cron, erro);
select throws_ok($$select cron_read(null)$$, '22023', 'cron: expected five fields (minute, hour, day of month, month, day of week), found none', 'nothing');
select throws_ok($$select cron_next('* * * * *', 'America/Sao_Paulo_', now())$$, '22023', 'time zone "America/Sao_Paulo_" not recognized', 'no such zone');
select * from finish();
rollback;
