-- api_cliente_json: a person as the API shows them.
create or replace function api_cliente_json(x clientes)
returns jsonb
language sql stable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', x.id, 'nome', x.nome, 'primeiro_nome', x.primeiro_nome, 'telefone', x.telefone,
        'especialidade_nome', x.especialidade_nome, 'regiao', x.regiao, 'tags', x.tags, 'status', x.status,
        'marketing_permitido', x.marketing_permitido, 'total_interacoes', x.total_interacoes,
        'ultimo_contato_em', x.ultimo_contato_em, 'data_nascimento', x.data_nascimento, 'fuso', x.fuso,
        'metadata', x.metadata, 'created_at', x.created_at)
$$;
grant execute on function api_cliente_json(clientes) to carteiro_api;
