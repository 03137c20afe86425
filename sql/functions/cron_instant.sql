-- cron_instant: when the clocks of a zone show this local time: where they skip it, the first instant
-- after the gap; where they show it twice, the first of the two.
create or replace function cron_instant(hora timestamp, fuso text)
returns timestamptz
language plpgsql stable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v timestamptz := hora at time zone fuso;
    v_volta constant timestamp := v at time zone fuso;
    v_vespera constant timestamptz := v - interval '1 day'; -- no zone ever turned back by more
    v_antes timestamptz;
    de bigint;
    ate bigint;
    meio bigint;
begin
    if v_volta = hora then
        -- shown before too, by the offset of the day before? PostgreSQL takes the second
        v_antes := (hora - ((v_vespera at time zone fuso) - (v_vespera at time zone 'UTC'))) at time zone 'UTC';
        return case when v_antes < v and (v_antes at time zone fuso) = hora then v_antes else v end;
    end if;

    -- never shown: the clocks jump over it within one gap's width of v
    de := floor(extract(epoch from v - abs(extract(epoch from v_volta - hora)) * interval '1 second'));
    ate := ceil(extract(epoch from v + abs(extract(epoch from v_volta - hora)) * interval '1 second'));
    while ate - de > 1 loop
        meio := (de + ate) / 2;
        if (to_timestamp(meio) at time zone fuso) >= hora then
            ate := meio;
        else
            de := meio;
        end if;
    end loop;
    return to_timestamp(ate);
end
$$;
