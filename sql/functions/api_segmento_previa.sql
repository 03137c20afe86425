-- api_segmento_previa: POST /campanhas/segmento/preview: the body are the criteria.
create or replace function api_segmento_previa(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return segmento_previa(c, empresa_atual()::text);
end
$$;
grant execute on function api_segmento_previa(jsonb, jsonb) to carteiro_api;
