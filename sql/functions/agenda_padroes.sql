-- agenda_padroes: the schedules that every installation has, for all companies.
--
-- lembretes_2h runs each hour it missed: each has people of its own; of the others the last run says all.
create or replace function agenda_padroes()
returns table (nome text, cron text, perdidas text, ativa boolean)
language sql immutable parallel safe
as $$
    values
        ('followups', '0 10 * * *', 'ultima', true),
        ('no_shows', '0 * * * *', 'ultima', true),
        ('campanhas', '* * * * *', 'pular', true),
        ('daily_summary', '0 18 * * *', 'ultima', true),
        ('inactive_clients', '0 10 * * 1', 'ultima', true),
        ('birthdays', '0 9 * * *', 'ultima', true),
        ('opportunities', '0 15 * * 2,4', 'ultima', true),
        ('low_occupancy', '0 17 * * *', 'ultima', true),
        ('lembretes_24h', '0 9 * * *', 'ultima', false),
        ('lembretes_2h', '0 * * * *', 'todas', false)
$$;
