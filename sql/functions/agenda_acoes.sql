-- agenda_acoes: what a schedule can do, in the words of agendas.acao; agenda_act does it.
create or replace function agenda_acoes()
returns text[]
language sql immutable parallel safe
as $$
    select '{followups,no_shows,campanhas,lembretes_24h,lembretes_2h,daily_summary,inactive_clients,birthdays,opportunities,low_occupancy}'::text[]
$$;
