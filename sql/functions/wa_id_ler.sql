-- wa_id_ler: the wa_id (country code and number, digits only) that this text is, or null. A plus and what people
-- put between digits are passed over.
create or replace function wa_id_ler(texto text)
returns text
language sql immutable parallel safe
as $$
    select case
        when texto ~ '^[1-9][0-9]{7,14}$' then texto -- as Meta writes it
        when length(texto) <= 40 and texto ~ '^\s*\+?[0-9 ()./-]+$'
            and translate(texto, '+ ()./-', '') ~ '^[1-9][0-9]{7,14}$' then translate(texto, '+ ()./-', '') end
$$;
