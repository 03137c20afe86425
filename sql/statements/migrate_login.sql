-- () -> (becomes_owner boolean, has_schema boolean, has_books boolean)
-- Needs the role carteiro_owner. The catalog is asked, not to_regclass: that needs USAGE.
select
    current_user <> 'carteiro_owner'
        and pg_has_role(current_user, 'carteiro_owner', 'member') as becomes_owner,
    exists (select from pg_namespace where nspname = 'carteiro') as has_schema,
    exists (
        select
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = 'carteiro'
          and relname = 'funcoes_aplicadas'
    ) as has_books
