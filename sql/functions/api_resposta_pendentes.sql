-- api_resposta_pendentes: GET /respostas/pendentes: the answers that a person has to read, the oldest first.
create or replace function api_resposta_pendentes(p jsonb, c jsonb)
returns jsonb
language sql
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('respostas', coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'cliente_id', r.cliente_id,
        'nome', r.nome, 'conversa_id', r.conversa_id, 'agendamento_id', r.agendamento_id, 'pergunta', r.pergunta,
        'classe', r.classe, 'motivo', r.motivo, 'texto', r.texto, 'recebida_em', r.recebida_em) order by r.id), '[]'))
    from resposta_listar(api_limite(p), empresa_atual()::text) r
$$;
grant execute on function api_resposta_pendentes(jsonb, jsonb) to carteiro_api;
