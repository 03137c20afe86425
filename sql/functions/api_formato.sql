-- api_formato: whether a text is of a schema's format (date-time, date, uuid). Days are of 1900 to 2199, instants of
-- 1970 to 2149, so that days may be added to them and every zone has whole minutes; an instant may leave out its
-- zone, and hours altogether.
create or replace function api_formato(formato text, texto text)
returns boolean
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return case formato
        when 'uuid' then texto::uuid is not null
        when 'date' then texto ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and texto::date between '1900-01-01' and '2199-12-31'
        when 'date-time' then
            texto ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)? ?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?)?$'
            and texto::timestamptz >= '1970-01-01' and texto::timestamptz < '2150-01-01'
        else true
    end;
exception
    when invalid_text_representation or invalid_datetime_format or datetime_field_overflow
            or invalid_time_zone_displacement_value then
        return false;
end
$$;
grant execute on function api_formato(text, text) to carteiro_api;
