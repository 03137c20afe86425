-- data_ler: a day as people write it, 2027-07-09 or 09/07/2027. Null for null. Raises 22023 that names
-- `argumento`.
create or replace function data_ler(argumento text, texto text)
returns date
language plpgsql immutable
as $$
declare
    partes constant text[] := regexp_match(btrim(texto), '^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})$');
    inversas constant text[] := regexp_match(btrim(texto), '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$');
begin
    if texto is null then
        return null;
    end if;
    if partes is null and inversas is null then
        raise exception '%: expected a day such as 2027-07-09, found "%"', argumento, texto using errcode = '22023';
    end if;
    return make_date(coalesce(partes[1], inversas[3])::integer, coalesce(partes[2], inversas[2])::integer,
        coalesce(partes[3], inversas[1])::integer);
exception
    when datetime_field_overflow then
        raise exception '%: expected a day such as 2027-07-09, found "%"', argumento, texto using errcode = '22023';
end
$$;
grant execute on function data_ler(text, text) to public;
