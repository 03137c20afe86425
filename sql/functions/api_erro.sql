-- api_erro: the problem object of what a route raised: the sentence where it is ours ("campo: …", or with the
-- field as its column), else what PostgreSQL says in its own words is put in ours: those name tables and
-- show rows.
create or replace function api_erro(status integer, estado text, frase text, coluna text, tabela text, regra text)
returns text
language sql immutable parallel safe
set search_path = carteiro, pg_temp
as $$
    select (case when x.campo is null then x.problema else x.problema || jsonb_build_object('campo', x.campo) end)::text
    from (
        select k.campo, api_problem(api_erro.status, estado, case
            when tabela <> '' then coalesce(k.campo || ': ', '') || case estado when '23505' then 'another one has it already'
                when '23502' then 'expected a value, found nothing' else 'not accepted' end
            else frase end)::jsonb as problema
        from (select nullif(case when tabela <> '' and coalesce(coluna, '') = ''
            then regexp_replace(regra, '^' || tabela || '_', '') else coluna end, '') as campo) as k
    ) as x
$$;
grant execute on function api_erro(integer, text, text, text, text, text) to carteiro_api;
