-- formato_telefone: a Brazilian number as people write it, (11) 98765-4321; any other as it is.
create or replace function formato_telefone(telefone text)
returns text
language sql immutable parallel safe
as $$
    select regexp_replace(telefone, '^\+55([1-9]{2})([0-9]{4,5})([0-9]{4})$', '(\1) \2-\3')
$$;
