-- fila_wake: tells listening senders, once per commit at most and without queueing commits.
--
-- NOTIFY holds one lock of the whole database until commit (2,854 commits a second fall to 186);
-- so only whoever gets the advisory lock notifies. Whoever does not get it commits beside somebody
-- who does, or is found by the next poll.
create or replace function fila_wake()
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if pg_try_advisory_xact_lock(hashtext('carteiro.fila_wake')) then
        notify carteiro_fila;
    end if;
end
$$;
grant execute on function fila_wake() to carteiro_planner, carteiro_gateway, carteiro_ops_escrita;
