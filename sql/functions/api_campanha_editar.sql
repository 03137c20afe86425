-- api_campanha_editar: POST /campanhas/{id}/editar. A max_por_dia of null takes the limit away.
create or replace function api_campanha_editar(p jsonb, c jsonb)
returns jsonb
language plpgsql
set search_path = carteiro, pg_temp
as $$
declare
    v_feito jsonb;
begin
    v_feito := campanha_editar((api_campanha(p)).id, nome => c ->> 'nome', mensagem_template => c ->> 'mensagem_template',
        modelo => c ->> 'modelo', metadata => c -> 'metadata',
        max_por_dia => case when c ? 'max_por_dia' then coalesce((c ->> 'max_por_dia')::integer, 0) end,
        agendar_para => (c ->> 'agendar_para')::timestamptz, valido_ate => (c ->> 'valido_ate')::timestamptz,
        segmento => c ->> 'segmento', criterios => c -> 'criterios',
        filtro_especialidades => api_textos(c -> 'filtro_especialidades'),
        filtro_regioes => api_textos(c -> 'filtro_regioes'), filtro_tags => api_textos(c -> 'filtro_tags'));
    return v_feito || jsonb_build_object('campanha', api_campanha_json(api_campanha(p)));
end
$$;
grant execute on function api_campanha_editar(jsonb, jsonb) to carteiro_api;
