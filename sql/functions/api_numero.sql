-- api_numero: the number of a path (its id here or at Meta), as far as this company may see it; raises P0002.
create or replace function api_numero(p jsonb)
returns numeros
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achado numeros;
begin
    select n.* into achado from numeros n where n.id::text = p ->> 'id' or n.identificador = p ->> 'id';
    if achado.id is null then
        raise exception 'id: there is no such number' using errcode = 'P0002';
    end if;
    return achado;
end
$$;
grant execute on function api_numero(jsonb) to carteiro_api;
