-- texto_quando: the local time in `fuso` of a day or an instant as JSON has it: 2026-11-23,
-- 2026-11-23T14:00-03:00, or without a zone, which is then `fuso`. Null where it is none.
create or replace function texto_quando(texto text, fuso text)
returns timestamp
language plpgsql stable
as $$
begin
    if texto !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}' then
        return null;
    end if;
    if texto ~* ':[0-9]{2}([.][0-9]+)?\s*(z|utc|[+-][0-9]{2}(:?[0-9]{2})?)\s*$' then
        return texto::timestamptz at time zone texto_quando.fuso;
    end if;
    return texto::timestamp;
exception
    when invalid_datetime_format or datetime_field_overflow or invalid_parameter_value then
        return null;
end
$$;
