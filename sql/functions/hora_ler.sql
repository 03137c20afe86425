-- hora_ler: a time of day as people write it: '9', '9h', '9h30', '09:30', '24:00' (the end of the day).
-- Raises 22023 that names `argumento`.
create or replace function hora_ler(argumento text, texto text)
returns time
language plpgsql immutable
as $$
declare
    partes constant text[] := regexp_match(lower(btrim(coalesce(texto, ''))), '^([0-9]{1,2})(?:h|:|h:)?([0-9]{2})?(?::00)?$');
begin
    if partes is null or partes[1]::integer * 60 + coalesce(partes[2], '0')::integer > 1440
            or coalesce(partes[2], '0')::integer > 59 then
        raise exception '%: expected a time such as 9h, 9h30 or 24:00, found "%"', argumento, coalesce(texto, '')
            using errcode = '22023';
    end if;
    return (partes[1] || ':' || coalesce(partes[2], '00'))::time;
end
$$;
