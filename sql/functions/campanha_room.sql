-- campanha_room: how many more rows a campaign may have waiting in the queue under this ceiling;
-- 0 until a tenth of it is free, a very great number without one.
--
-- In tenths, because a planner that refilled every row as it left would never rest.
create or replace function campanha_room(id uuid, teto integer)
returns integer
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    esperam integer;
    folga integer := greatest(teto / 10, 1);
begin
    if teto is null then
        return 2147483647;
    end if;
    select count(*) into esperam
    from (
        select 1
        from fila_ativa f
        where f.origem_id = campanha_room.id::text and f.status = 'pendente'
        limit teto
    ) as fila;
    return case when teto - esperam >= folga then teto - esperam else 0 end;
end
$$;
