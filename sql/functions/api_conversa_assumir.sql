-- api_conversa_assumir: POST /conversas/{id}/assumir: a person takes over; nothing automatic is sent meanwhile.
create or replace function api_conversa_assumir(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_conversa_json(conversa_assumir((api_conversa(p)).id, coalesce(c ->> 'por', 'pela API')));
end
$$;
grant execute on function api_conversa_assumir(jsonb, jsonb) to carteiro_api;
