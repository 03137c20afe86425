-- api_followup_cancelar: POST /followups/cancelar.
create or replace function api_followup_cancelar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return jsonb_build_object('cancelados', followup_cancelar(c ->> 'user_id', c ->> 'followup_type', empresa_atual()::text));
end
$$;
grant execute on function api_followup_cancelar(jsonb, jsonb) to carteiro_api;
