-- nome_minusculas: lower case of Latin letters, the same in every locale.
create or replace function nome_minusculas(texto text)
returns text
language sql
immutable
parallel safe
as $$
    select translate(texto,
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŠŽŸŁŚŻĆŃ',
        'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþšžÿłśżćń');
$$;
grant execute on function nome_minusculas(text) to public;
