-- formato_dia: the day of the week, in lower case: terça-feira.
create or replace function formato_dia(dia date)
returns text
language sql immutable parallel safe
as $$
    select (array['segunda-feira', 'terça-feira', 'quarta-feira', 'quinta-feira', 'sexta-feira', 'sábado', 'domingo'])[
        extract(isodow from dia)::integer]
$$;
