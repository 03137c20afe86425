-- campanha_lock: the campaign, locked, when it is in one of these states.
--
-- Raises 22023 that names `id` and says what it is and from where it could be `feita` (started,
-- paused, …).
create or replace function campanha_lock(id uuid, estados text[], feita text)
returns campanhas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c campanhas;
begin
    select k.* into c from campanhas k where k.id = campanha_lock.id for update;
    if c.id is null then
        raise exception 'id: there is no campaign %', coalesce(campanha_lock.id::text, 'without an id')
            using errcode = '22023';
    end if;
    if c.status <> all (estados) then
        raise exception 'id: the campaign is %; only % can be %', c.status, array_to_string(estados, ' or '), feita
            using errcode = '22023';
    end if;
    return c;
end
$$;
