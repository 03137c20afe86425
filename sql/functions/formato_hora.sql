-- formato_hora: the hour of an instant in this zone: 14h, 14h30.
create or replace function formato_hora(instante timestamptz, fuso text)
returns text
language sql stable parallel safe
as $$
    select to_char(instante at time zone fuso,
        case when extract(minute from instante at time zone fuso) > 0 then 'FMHH24"h"MI' else 'FMHH24"h"' end)
$$;
