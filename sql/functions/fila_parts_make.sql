-- fila_parts_make: makes the parts ahead that are missing, and tells for each table how many are ready
-- after the one of now: 12 months, 14 days; fewer means that nobody makes them, and past the last one
-- nothing can be recorded.
create or replace function fila_parts_make()
returns table (tabela text, adiante integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_months();
    perform fila_days();
    return query
    select r.tabela, count(*)::integer
    from retencao r
    cross join lateral fila_parts(r.tabela) as p
    where p.de > agora() and p.ate is not null
    group by r.tabela
    order by r.tabela;
end
$$;
grant execute on function fila_parts_make() to carteiro_planner;
