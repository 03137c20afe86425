-- fila_retain: drops the oldest part that `retencao` keeps no longer: a day of webhooks or attempts,
-- a month of finished messages; when none is old enough, rows of small tables (fila_prune). Returns 1
-- while there may be more, else 0.
--
-- DETACH … CONCURRENTLY cannot be called by a function, and is for the owner only, whom no process
-- logs in as. So the part goes in one statement that needs the whole table for a moment: it is given
-- up, and tried an hour later, when that moment does not come within a tenth of a second. Events that
-- are still to apply keep their day.
create or replace function fila_retain()
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set lock_timeout = '100ms'
as $$
declare
    v_parte text;
begin
    select p.parte into v_parte
    from retencao r
    cross join lateral fila_parts(r.tabela) as p
    where p.ate <= agora() - r.guardar
      and not (r.tabela = 'webhook_eventos' and exists (select 1 from webhook_pendentes w where w.recebido_em < p.ate))
    order by p.ate, p.parte
    limit 1;
    if v_parte is null then
        return fila_prune(10000);
    end if;
    execute format('drop table carteiro.%I', v_parte);
    return 1;
exception
    when lock_not_available then
        return 0;
end
$$;
grant execute on function fila_retain() to carteiro_planner;
