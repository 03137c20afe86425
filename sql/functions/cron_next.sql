-- cron_next: the first instant after `apos` at which this cron expression fires by the clocks of a zone;
-- null when none comes within nine years (30 February; 29 February may be eight years away).
--
-- It fires once for each minute of the local clock that the fields match. Minutes that the clock skips
-- fire together, once, at the first instant after the gap; minutes that it shows twice fire the first
-- time only, also of */15 and of hourly patterns: in the hour that comes again nothing fires.
-- Raises 22023 as cron_read does, and for a zone that PostgreSQL does not know.
create or replace function cron_next(cron text, fuso text, apos timestamptz)
returns timestamptz
language plpgsql stable parallel safe
set search_path = carteiro, pg_temp
as $$
declare
    c record;
    v_hora timestamp := date_trunc('minute', apos at time zone fuso) + interval '1 minute';
    v_ate constant timestamp := v_hora + interval '9 years';
    v_minuto integer;
    v timestamptz;
begin
    select * into c from cron_read(cron_next.cron);
    while v_hora < v_ate loop
        if not extract(month from v_hora)::integer = any (c.meses) then
            v_hora := date_trunc('month', v_hora) + interval '1 month';
        elsif not (case when c.is_ambos
                then extract(day from v_hora)::integer = any (c.dias) and extract(dow from v_hora)::integer = any (c.semana)
                else extract(day from v_hora)::integer = any (c.dias) or extract(dow from v_hora)::integer = any (c.semana) end) then
            v_hora := date_trunc('day', v_hora) + interval '1 day';
        elsif not extract(hour from v_hora)::integer = any (c.horas) then
            v_hora := date_trunc('hour', v_hora) + interval '1 hour';
        else
            select min(m) into v_minuto from unnest(c.minutos) m where m >= extract(minute from v_hora);
            if v_minuto is null then
                v_hora := date_trunc('hour', v_hora) + interval '1 hour';
            else
                v_hora := date_trunc('hour', v_hora) + make_interval(mins => v_minuto);
                v := cron_instant(v_hora, fuso);
                if v > apos then
                    return v;
                end if;
                v_hora := v_hora + interval '1 minute'; -- shown for the second time
            end if;
        end if;
    end loop;
    return null;
end
$$;
grant execute on function cron_next(text, text, timestamptz) to carteiro_ops_leitura, carteiro_ops_escrita;
