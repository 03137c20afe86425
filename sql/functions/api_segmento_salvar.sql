-- api_segmento_salvar: POST /segmentos.
create or replace function api_segmento_salvar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return to_jsonb(s) - 'empresa_id' from segmento_salvar(c ->> 'nome', c -> 'criterios', c ->> 'titulo', empresa_atual()::text) s;
end
$$;
grant execute on function api_segmento_salvar(jsonb, jsonb) to carteiro_api;
