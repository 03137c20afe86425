-- campanha_room: how many more rows a campaign may have waiting in the queue; 0 until a tenth of its
-- ceiling is free, a very great number without one. The ceiling is `teto`, or ten minutes of what its
-- numbers send, if that is more (a number without rate: 72 a second).
--
-- In tenths, because a planner that refilled every row as it left would never rest.
create or replace function campanha_room(id uuid, teto integer)
returns integer
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
    esperam integer;
    v_teto integer;
    c campanhas;
begin
    if teto is null then
        return 2147483647;
    end if;
    select k.* into c from campanhas k where k.id = campanha_room.id;
    select greatest(teto, least(600 * sum(coalesce(n.taxa, 72)), 10000000)::integer) into v_teto
    from numeros n
    where n.id = any (campanha_numeros(c));
    -- no more can wait than were queued: most campaigns are never counted
    if v_teto - c.envios_criados >= greatest(v_teto / 10, 1) then
        return v_teto - c.envios_criados;
    end if;
    select count(*) into esperam
    from (
        select 1
        from fila_ativa f
        where f.origem_id = campanha_room.id::text and f.status = 'pendente'
        limit v_teto
    ) as fila;
    return case when v_teto - esperam >= greatest(v_teto / 10, 1) then v_teto - esperam else 0 end;
end
$$;
