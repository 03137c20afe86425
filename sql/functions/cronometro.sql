-- cronometro: the instant that it really is, for how long something took and for nothing else: what is
-- due asks agora().
create or replace function cronometro()
returns timestamptz
language sql volatile parallel safe
as $$
    select clock_timestamp()
$$;
