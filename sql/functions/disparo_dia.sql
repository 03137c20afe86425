-- disparo_dia: the day, in this zone, of the instant that a firing speaks of (metadata.data); null
-- when it speaks of none.
create or replace function disparo_dia(metadata jsonb, fuso text)
returns date
language sql stable parallel safe
as $$
    select ((metadata ->> 'data')::timestamptz at time zone fuso)::date
$$;
