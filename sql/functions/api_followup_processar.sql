-- api_followup_processar: POST /followups/processar.
create or replace function api_followup_processar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return followup_processar();
end
$$;
grant execute on function api_followup_processar(jsonb, jsonb) to carteiro_api;
