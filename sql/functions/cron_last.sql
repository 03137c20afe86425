-- cron_last: the last firing after `desde` and not after `ate`; null when there is none.
--
-- By halving, not one by one: a minutely schedule after a month has 43,000 of them.
create or replace function cron_last(cron text, fuso text, desde timestamptz, ate timestamptz)
returns timestamptz
language plpgsql stable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    v_de timestamptz := desde;
    v_fim timestamptz := ate; -- between it and `ate` nothing fires
    v_meio timestamptz;
    v timestamptz;
    v_achada timestamptz;
begin
    loop
        v := cron_next(cron, fuso, v_de);
        exit when v is null or v > ate;
        v_achada := v;
        v_de := v;
        v_meio := v_de + (v_fim - v_de) / 2;
        v := cron_next(cron, fuso, v_meio);
        if v <= ate then
            v_achada := v;
            v_de := v;
        else
            v_fim := v_meio;
        end if;
    end loop;
    return v_achada;
end
$$;
