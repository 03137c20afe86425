-- proativo_tipos: the kinds of messages to owners; each is also a rule of its company.
create or replace function proativo_tipos()
returns text[]
language sql immutable parallel safe
as $$
    select '{daily_summary,inactive_clients,birthdays,opportunities,low_occupancy,custom_campaign}'::text[]
$$;
