-- webhook_lista: the elements of a list of Meta's that are objects; one object alone counts as a list of it.
create or replace function webhook_lista(lista jsonb)
returns setof jsonb
language sql immutable parallel safe
as $$
    select e
    from jsonb_array_elements(case jsonb_typeof(lista) when 'array' then lista when 'object' then jsonb_build_array(lista)
        else '[]' end) as e
    where jsonb_typeof(e) = 'object'
$$;
