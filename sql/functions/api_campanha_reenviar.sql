-- api_campanha_reenviar: POST /campanhas/{id}/reenviar.
create or replace function api_campanha_reenviar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return campanha_reenviar((api_campanha(p)).id, coalesce(c ->> 'classe', 'passageiro'));
end
$$;
grant execute on function api_campanha_reenviar(jsonb, jsonb) to carteiro_api;
