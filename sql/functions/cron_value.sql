-- cron_value: a number or a name (jan-dec in the field of months, sun-sat in that of days of the week)
-- as its number; null when it is neither.
create or replace function cron_value(texto text, campo integer)
returns integer
language sql immutable parallel safe
as $$
    select case
        when texto ~ '^[0-9]+$' then texto::integer
        when campo = 4 then array_position('{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}'::text[], lower(texto))
        when campo = 5 then array_position('{sun,mon,tue,wed,thu,fri,sat}'::text[], lower(texto)) - 1
    end
$$;
