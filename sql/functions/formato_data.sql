-- formato_data: 24/11; with its year, 24/11/2025, when that is not the year of `hoje`.
create or replace function formato_data(dia date, hoje date)
returns text
language sql immutable parallel safe
as $$
    select to_char(dia, case when extract(year from dia) = extract(year from hoje) then 'DD/MM' else 'DD/MM/YYYY' end)
$$;
