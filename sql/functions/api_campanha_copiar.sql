-- api_campanha_copiar: POST /campanhas/{id}/copiar.
create or replace function api_campanha_copiar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_campanha_json(campanha_copiar((api_campanha(p)).id, c ->> 'nome'));
end
$$;
grant execute on function api_campanha_copiar(jsonb, jsonb) to carteiro_api;
