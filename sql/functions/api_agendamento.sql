-- api_agendamento: the appointment of a path, as far as this company may see it; raises P0002.
create or replace function api_agendamento(p jsonb)
returns agendamentos
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    achado agendamentos;
begin
    select a.* into achado from agendamentos a where a.id = api_id(p);
    if achado.id is null then
        raise exception 'id: there is no such agendamento' using errcode = 'P0002';
    end if;
    return achado;
end
$$;
grant execute on function api_agendamento(jsonb) to carteiro_api;
