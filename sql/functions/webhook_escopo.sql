-- webhook_escopo: whose fault a Graph error is when Meta tells it by webhook: what it pauses (numero, conta, modelo),
-- or null.
create or replace function webhook_escopo(codigo integer)
returns text
language sql immutable parallel safe
as $$
    select case
        when codigo in (33, 131037, 131045, 131048, 133000, 133010) then 'numero'
        when codigo in (3, 10, 190, 368, 131005, 131031, 131042, 131064) or codigo between 200 and 299 then 'conta'
        when codigo in (132001, 132007, 132015, 132016, 132068, 139200) then 'modelo' end
$$;
