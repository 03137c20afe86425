-- api_dono: the owner of a path, as far as this company may see it; raises P0002.
create or replace function api_dono(p jsonb)
returns donos
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achado donos;
begin
    select x.* into achado from donos x where x.id = api_id(p);
    if achado.id is null then
        raise exception 'id: there is no such owner' using errcode = 'P0002';
    end if;
    return achado;
end
$$;
grant execute on function api_dono(jsonb) to carteiro_api;
