-- fila_parts: the parts of a partitioned table, and the time of each; null: without end.
create or replace function fila_parts(tabela text)
returns table (parte text, de timestamptz, ate timestamptz)
language sql stable
set datestyle = 'ISO'
set search_path = carteiro, pg_temp
as $$
    select c.relname::text, substring(b.limites from 'FROM \(''([^'']+)''\)')::timestamptz,
        substring(b.limites from 'TO \(''([^'']+)''\)')::timestamptz
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as limites) as b
    where i.inhparent = to_regclass('carteiro.' || quote_ident(fila_parts.tabela))
      and not i.inhdetachpending
$$;
