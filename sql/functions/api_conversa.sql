-- api_conversa: the conversation of a path, as far as this company may see it; raises P0002.
create or replace function api_conversa(p jsonb)
returns conversas
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achado conversas;
begin
    select x.* into achado from conversas x where x.id = api_id(p);
    if achado.id is null then
        raise exception 'id: there is no such conversation' using errcode = 'P0002';
    end if;
    return achado;
end
$$;
grant execute on function api_conversa(jsonb) to carteiro_api;
