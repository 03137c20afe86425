-- api_agenda_previa: GET /agendas/{nome}/previa: the next n firings.
create or replace function api_agenda_previa(p jsonb, c jsonb)
returns jsonb
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
begin
    return (
        select jsonb_build_object('execucoes', coalesce(jsonb_agg(to_jsonb(x) order by x.quando), '[]'))
        from agenda_previa(api_agenda(p), (p ->> 'n')::integer, empresa_atual()::text) x);
end
$$;
grant execute on function api_agenda_previa(jsonb, jsonb) to carteiro_api;
