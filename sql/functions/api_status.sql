-- api_status: the HTTP status of an error of a route; null: our own fault.
create or replace function api_status(estado text, frase text)
returns integer
language sql immutable parallel safe
as $$
    select case
        when estado = 'P0002' then 404
        when estado = 'CT400' then 400
        when estado = '55000' or estado = '23505' then 409
        when estado = '22023' and frase like 'id: %' then 409 -- it is there, and not in a state for that
        when estado in ('22023', '22P02', '22007', '22008', '22003', '22001', '22021', '22P05', '23502', '23503', '23514',
            'P0001') then 422
        when estado = '42501' and frase not like 'permission denied%' then 403
    end
$$;
grant execute on function api_status(text, text) to carteiro_api;
