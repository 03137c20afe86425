-- api_campanha: the campaign of a path, as far as this company may see it; raises P0002.
create or replace function api_campanha(p jsonb)
returns campanhas
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achada campanhas;
begin
    select k.* into achada from campanhas k where k.id = api_id(p);
    if achada.id is null then
        raise exception 'id: there is no such campaign' using errcode = 'P0002';
    end if;
    return achada;
end
$$;
grant execute on function api_campanha(jsonb) to carteiro_api;
