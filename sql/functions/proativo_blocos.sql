-- proativo_blocos: paragraphs as one text; those that are null are left out. What stands in braces
-- would be filled on the way to the owner, so {nome} in a suggested text reads [nome].
create or replace function proativo_blocos(blocos text[])
returns text
language sql immutable parallel safe
as $$
    select regexp_replace(array_to_string(blocos, E'\n\n'), '\{([a-z][a-z0-9_]*)\}', '[\1]', 'g')
$$;
