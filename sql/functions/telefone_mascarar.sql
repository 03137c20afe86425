-- telefone_mascarar: a text that may hold a phone or a name, in a form that may be shown and
-- logged: its shape, the first letter of each word, the last two digits.
--
--     (11) 98765-4321 / 2233 -> (**) *****-**** / **33        não tem -> n** t**
create or replace function telefone_mascarar(texto text)
returns text
language sql
immutable
parallel safe
as $$
    select regexp_replace(
        regexp_replace(left(texto, 60), '[0-9](?=([^0-9]*[0-9]){2})', '*', 'g'),
        '([A-Za-z\u00C0-\U0010FFFF])([A-Za-z\u00C0-\U0010FFFF]+)',
        '\1**', 'g');
$$;
grant execute on function telefone_mascarar(text) to public;
