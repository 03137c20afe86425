-- cliente_importar_juntar: the whole file is read: numbers its people (rows that share a
-- number in any variant are one person), in the order in which they first appear. Returns how
-- many people and how many rows stood for them, and how many birthdays were no days.
create or replace function cliente_importar_juntar(
    out pessoas integer, out linhas integer, out nascimentos_ignorados integer)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform cliente_importar_conferir();
    insert into pg_temp.importacao_pessoas (n, chave)
    select row_number() over (order by min(l.linha)), l.chave
    from pg_temp.importacao_linhas l
    group by l.chave;
    create index on pg_temp.importacao_linhas (chave);
    create index on pg_temp.importacao_pessoas (n);
    analyze pg_temp.importacao_linhas;
    analyze pg_temp.importacao_pessoas;
    select count(*) into pessoas from pg_temp.importacao_pessoas;
    select count(*), count(*) filter (where l.is_nascimento_ignorado) into linhas, nascimentos_ignorados
    from pg_temp.importacao_linhas l;
end
$$;
grant execute on function cliente_importar_juntar() to carteiro_ops_escrita;
