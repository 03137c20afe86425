-- api_conversa_json: a conversation as the API shows it.
create or replace function api_conversa_json(x conversas)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', x.id, 'cliente_id', x.cliente_id,
        'nome', (select k.nome from clientes k where k.id = x.cliente_id), 'numero_id', x.numero_id, 'status', x.status,
        'controlada_por', x.controlada_por, 'etapa', x.etapa, 'janela_24h_ate', x.janela_24h_ate,
        'ultima_interacao_em', x.ultima_interacao_em, 'ultima_direcao', x.ultima_direcao,
        'followups_enviados', x.followups_enviados, 'created_at', x.created_at)
$$;
grant execute on function api_conversa_json(conversas) to carteiro_api;
