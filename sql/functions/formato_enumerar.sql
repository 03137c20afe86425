-- formato_enumerar: 9h; 9h e 10h; 9h, 10h e 14h30. Null when there is nothing to say.
create or replace function formato_enumerar(partes text[])
returns text
language sql immutable parallel safe
as $$
    select nullif(concat_ws(' e ', nullif(array_to_string(partes[:cardinality(partes) - 1], ', '), ''),
        partes[cardinality(partes)]), '')
$$;
