-- formato_reais: R$ 1.450,00; the same whatever locale the database was made with.
create or replace function formato_reais(valor numeric)
returns text
language sql immutable parallel safe
as $$
    select case when valor < 0 then '-' else '' end || 'R$ '
        || translate(to_char(abs(valor), 'FM999,999,999,999,990.00'), ',.', '.,')
$$;
