-- api_agenda: the name of a path's schedule; raises P0002 when none of that name acts for this company.
create or replace function api_agenda(p jsonb)
returns text
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    if not exists (select from agenda_listar(empresa_atual()::text) a where a.nome = p ->> 'nome') then
        raise exception 'nome: there is no such schedule' using errcode = 'P0002';
    end if;
    return p ->> 'nome';
end
$$;
grant execute on function api_agenda(jsonb) to carteiro_api;
