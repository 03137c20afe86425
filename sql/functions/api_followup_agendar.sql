-- api_followup_agendar: POST /followups.
create or replace function api_followup_agendar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return to_jsonb(x) - 'empresa_id' from followup_agendar(user_id => c ->> 'user_id', channel => c ->> 'channel',
        followup_type => c ->> 'followup_type', delay_hours => (c ->> 'delay_hours')::numeric,
        reminder_time => (c ->> 'reminder_time')::timestamptz, message => c ->> 'message',
        message_template => c ->> 'message_template', metadata => c -> 'metadata', modelo => c ->> 'modelo',
        empresa => empresa_atual()::text) x;
end
$$;
grant execute on function api_followup_agendar(jsonb, jsonb) to carteiro_api;
