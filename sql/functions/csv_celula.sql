-- csv_celula: a text as one cell of a CSV file with semicolons (RFC 4180 otherwise). What a spreadsheet
-- would take for a formula begins with an apostrophe; a phone (+55…) is none.
create or replace function csv_celula(texto text)
returns text
language sql immutable parallel safe
as $$
    select case when t.v ~ '[;"\r\n]' then '"' || replace(t.v, '"', '""') || '"' else t.v end
    from (select case when texto ~ '^[=@\t\r]|^[+-](?![0-9]+$)' then '''' || texto else coalesce(texto, '') end as v) as t
$$;
grant execute on function csv_celula(text) to public;
