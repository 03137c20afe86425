-- api_fila: the message of a path, as far as this company may see it; raises P0002.
create or replace function api_fila(p jsonb)
returns fila_mensagens
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achada fila_mensagens;
begin
    select f.* into achada from fila_mensagens f where f.id = api_id(p);
    if achada.id is null then
        raise exception 'id: there is no such message' using errcode = 'P0002';
    end if;
    return achada;
end
$$;
grant execute on function api_fila(jsonb) to carteiro_api;
