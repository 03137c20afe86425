-- webhook_texto: the text at this place of what Meta sent, a number too; null for anything else, and for what is
-- longer than `maximo`.
create or replace function webhook_texto(corpo jsonb, lugar text[], maximo integer default 512)
returns text
language sql immutable parallel safe
as $$
    select case
        when jsonb_typeof(corpo #> lugar) in ('string', 'number') and length(corpo #>> lugar) <= maximo
        then nullif(btrim(corpo #>> lugar), '') end
$$;
