-- api_campanha_criar: POST /campanhas.
create or replace function api_campanha_criar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
begin
    return api_campanha_json(campanha_criar(
        nome => c ->> 'nome', tipo => c ->> 'tipo', mensagem_template => c ->> 'mensagem_template',
        filtro_especialidades => api_textos(c -> 'filtro_especialidades'),
        filtro_regioes => api_textos(c -> 'filtro_regioes'), filtro_tags => api_textos(c -> 'filtro_tags'),
        agendar_para => (c ->> 'agendar_para')::timestamptz,
        max_por_dia => case when c ? 'max_por_dia' then (c ->> 'max_por_dia')::integer else 50 end,
        modelo => c ->> 'modelo', metadata => c -> 'metadata', numero => c ->> 'numero',
        valido_ate => (c ->> 'valido_ate')::timestamptz, segmento => c ->> 'segmento', criterios => c -> 'criterios',
        empresa => empresa_atual()::text));
end
$$;
grant execute on function api_campanha_criar(jsonb, jsonb) to carteiro_api;
