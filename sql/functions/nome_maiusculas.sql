-- nome_maiusculas: upper case of Latin letters, the same in every locale.
create or replace function nome_maiusculas(texto text)
returns text
language sql
immutable
parallel safe
as $$
    select translate(texto,
        'abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþšžÿłśżćń',
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŠŽŸŁŚŻĆŃ');
$$;
grant execute on function nome_maiusculas(text) to public;
