-- api_campanha_json: a campaign as the API shows it.
create or replace function api_campanha_json(k campanhas)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', k.id, 'nome', k.nome, 'tipo', k.tipo, 'status', k.status,
        'mensagem_template', k.mensagem_template,
        'modelo', (select m.nome from modelos m where m.id = k.modelo_id),
        'total_destinatarios', k.total_destinatarios, 'envios_criados', k.envios_criados,
        'agendar_para', k.agendar_para, 'iniciada_em', k.iniciada_em, 'finalizada_em', k.finalizada_em,
        'valido_ate', k.valido_ate, 'pausa_motivo', k.pausa_motivo, 'created_at', k.created_at,
        'config', jsonb_build_object('filtro_especialidades', k.filtro_especialidades, 'filtro_regioes', k.filtro_regioes,
            'filtro_tags', k.filtro_tags, 'max_por_dia', k.max_por_dia))
$$;
grant execute on function api_campanha_json(campanhas) to carteiro_api;
