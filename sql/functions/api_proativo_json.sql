-- api_proativo_json: a message to an owner, under the names of aurora_proactive_messages. `id` and `status` are null where none was
-- written, for the reason in error_message.
create or replace function api_proativo_json(m mensagens_proativas)
returns jsonb
language sql immutable
set search_path = carteiro, pg_temp
as $$
    select jsonb_build_object('id', m.id, 'organization_id', m.empresa_id, 'owner_number_id', m.dono_id, 'message_type', m.tipo,
        'content', m.conteudo, 'scheduled_for', m.agendada_para, 'status', m.status, 'sent_at', m.enviada_em,
        'error_message', m.erro_mensagem, 'metadata', m.metadata, 'created_at', m.created_at)
$$;
grant execute on function api_proativo_json(mensagens_proativas) to carteiro_api;
