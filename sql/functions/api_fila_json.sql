-- api_fila_json: a message as the API shows it.
create or replace function api_fila_json(f fila_mensagens)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', f.id, 'cliente_id', f.cliente_id, 'tipo', f.tipo, 'formato', f.formato,
        'conteudo', f.conteudo, 'status', f.status, 'prioridade', f.prioridade, 'tentativas', f.tentativas,
        'max_tentativas', f.max_tentativas, 'agendar_para', f.agendar_para, 'valido_ate', f.valido_ate,
        'espera_motivo', f.espera_motivo, 'enviada_em', f.enviada_em, 'wamid', f.wamid, 'entrega', f.entrega,
        'entregue_em', f.entregue_em, 'lida_em', f.lida_em, 'falhou_em', f.falhou_em, 'erro', f.erro,
        'erro_codigo', f.erro_codigo, 'origem', f.origem, 'origem_id', f.origem_id, 'metadata', f.metadata,
        'created_at', f.created_at, 'encerrada_em', case when isfinite(f.encerrada_em) then f.encerrada_em end)
$$;
grant execute on function api_fila_json(fila_mensagens) to carteiro_api;
