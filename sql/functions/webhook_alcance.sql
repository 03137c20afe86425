-- webhook_alcance: how many people a limit of Meta's allows in 24 hours: TIER_250, TIER_2K, a number; 0 for no limit
-- (TIER_UNLIMITED, -1); null for what says nothing (TIER_NOT_SET) and for what nobody knows.
create or replace function webhook_alcance(limite text)
returns integer
language sql immutable parallel safe
as $$
    select case
        when upper(limite) = 'TIER_UNLIMITED' or limite = '-1' then 0
        when upper(limite) ~ '^TIER_[0-9]{1,6}K$' then substring(limite from '[0-9]+')::integer * 1000
        when upper(limite) ~ '^TIER_[0-9]{1,9}$' then nullif(substring(limite from '[0-9]+')::integer, 0)
        when limite ~ '^[0-9]{1,9}$' then nullif(limite::integer, 0) end
$$;
