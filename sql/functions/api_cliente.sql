-- api_cliente: the person of a path, as far as this company may see them; raises P0002.
create or replace function api_cliente(p jsonb)
returns clientes
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achado clientes;
begin
    select x.* into achado from clientes x where x.id = api_id(p);
    if achado.id is null then
        raise exception 'id: there is no such cliente' using errcode = 'P0002';
    end if;
    return achado;
end
$$;
grant execute on function api_cliente(jsonb) to carteiro_api;
