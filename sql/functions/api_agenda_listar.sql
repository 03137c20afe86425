-- api_agenda_listar: GET /agendas: what runs by the clock for this company.
create or replace function api_agenda_listar(p jsonb, c jsonb)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('agendas', coalesce(jsonb_agg(api_agenda_json(a.nome) order by a.nome), '[]'))
    from agenda_listar(empresa_atual()::text) a
$$;
grant execute on function api_agenda_listar(jsonb, jsonb) to carteiro_api;
