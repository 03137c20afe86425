-- bsuid_ler: the business-scoped user id that this text is (`BR.1349…`, also the parent form `BR.ENT.…`), or null.
--
-- Two capitals and a point: no phone, however written, looks like it.
create or replace function bsuid_ler(texto text)
returns text
language sql immutable parallel safe
as $$
    select case when btrim(texto) ~ '^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$' then btrim(texto) end
$$;
grant execute on function bsuid_ler(text) to public;
