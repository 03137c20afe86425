-- agendamento_importar_instante: an instant as spreadsheets write it: 03/03/2027 14:30, 2027-03-03T14:30:00-03:00, or
-- the day in one cell and the hour (14:30, 14h30, 14h) in another; without a zone in that of the company.
-- Null for null. Raises 22023 that names `argumento`.
create or replace function agendamento_importar_instante(argumento text, texto text, hora text, fuso text)
returns timestamptz
language plpgsql immutable
set search_path = carteiro, pg_temp
as $$
declare
    v_texto text := btrim(texto);
    p text[];
begin
    if v_texto is null then
        return null;
    end if;
    if v_texto ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+\s*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' then
        return v_texto::timestamptz;
    end if;
    -- a day with 00:00:00 beside an hour of its own is how spreadsheets write days
    if hora is not null then
        v_texto := split_part(replace(v_texto, 'T', ' '), ' ', 1) || ' ' || btrim(hora);
    end if;
    p := regexp_match(v_texto, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})[ ,T]+(?:às |as )?([0-9]{1,2})(?:[:h]([0-9]{2}))?h?(?::[0-9]{2}(?:[.][0-9]+)?)?$');
    if p is not null then
        p := array[case length(p[3]) when 2 then '20' else '' end || p[3], p[2], p[1], p[4], p[5]];
    else
        p := regexp_match(v_texto, '^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})[ T]+([0-9]{1,2})(?:[:h]([0-9]{2}))?h?(?::[0-9]{2}(?:[.][0-9]+)?)?$');
    end if;
    if p is null then
        raise exception '%: expected a day and an hour such as 03/03/2027 14:30', argumento using errcode = '22023';
    end if;
    return make_timestamptz(p[1]::integer, p[2]::integer, p[3]::integer, p[4]::integer, coalesce(p[5], '0')::integer, 0, fuso);
exception
    when datetime_field_overflow or invalid_datetime_format then
        raise exception '%: expected a day and an hour such as 03/03/2027 14:30', argumento using errcode = '22023';
end
$$;
