-- cliente_nome: a name as it is kept: as given, blanks and line breaks made single; null when
-- nothing is left.
create or replace function cliente_nome(nome text)
returns text
language sql immutable parallel safe
as $$
    select nullif(btrim(regexp_replace(nome, '[\s\u00A0]+', ' ', 'g')), '')
$$;
grant execute on function cliente_nome(text) to public;
