-- telefone_chave: one word for all variants of a number, to group by: an old mobile of eight
-- digits gets its ninth. A key, not a number: nobody is ever written to under it.
create or replace function telefone_chave(telefone text)
returns text
language sql
immutable
parallel safe
as $$
    select case
        when telefone ~ '^\+55[0-9]{2}[6-9][0-9]{7}$' then substr(telefone, 1, 5) || '9' || substr(telefone, 6)
        else telefone
    end;
$$;
grant execute on function telefone_chave(text) to public;
