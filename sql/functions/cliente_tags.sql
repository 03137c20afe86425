-- cliente_tags: tags without blanks around, empty ones and repetitions, sorted; null for null.
create or replace function cliente_tags(tags text[])
returns text[]
language sql immutable parallel safe
as $$
    select case when cliente_tags.tags is not null then
        array(select distinct btrim(t.tag) from unnest(cliente_tags.tags) t (tag) where btrim(t.tag) <> '' order by 1)
    end
$$;
grant execute on function cliente_tags(text[]) to public;
