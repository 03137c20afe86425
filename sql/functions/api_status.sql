-- api_status: the HTTP status of an error of a route; null: our own fault.
create or replace function api_status(estado text, frase text)
returns integer
language sql immutable parallel safe
as $$
    select case
        when estado = 'P0002' then 404
        when estado = 'CT400' then 400
        when estado = 'CT422' then 422 -- api_validate
        when estado in ('55000', '23505') then 409
        when estado = '22023' and frase like 'id: %' then 409 -- it is there, and not in a state for that
        when left(estado, 2) in ('22', '23', '54') or estado = 'P0001' then 422 -- values; 54: too large to be kept
        when estado = '42501' and frase not like 'permission denied%' then 403
    end
$$;
grant execute on function api_status(text, text) to carteiro_api;
