-- api_conversa_etapa: POST /conversas/{id}/etapa: chooses the rule that writes when no answer comes; null: none.
create or replace function api_conversa_etapa(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_conversa_json(conversa_etapa((api_conversa(p)).id, c ->> 'etapa'));
end
$$;
grant execute on function api_conversa_etapa(jsonb, jsonb) to carteiro_api;
