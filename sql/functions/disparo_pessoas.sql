-- disparo_pessoas: this person, and whoever else of the company has their phone in any of its variants: who shares
-- a phone shares the reminders of a day.
create or replace function disparo_pessoas(cliente_id uuid)
returns uuid[]
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
begin
    return disparo_pessoas.cliente_id || array(
        select k.id
        from clientes c
        cross join lateral unnest(c.telefone || telefone_variantes(c.telefone)) as v (forma)
        cross join lateral (
            select x.id from clientes x where x.empresa_id = c.empresa_id and x.telefone = v.forma offset 0) as k
        where c.id = disparo_pessoas.cliente_id and k.id <> c.id);
end
$$;
