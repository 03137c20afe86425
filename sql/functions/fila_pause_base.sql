-- fila_pause_base: how long the first automatic pause for a Graph code lasts.
create or replace function fila_pause_base(codigo integer)
returns interval
language sql immutable parallel safe
as $$
    select case when codigo in (131048, 368, 131031, 131064) then interval '1 hour' else interval '1 minute' end
$$;
