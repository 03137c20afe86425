-- resposta_audit: keeps what an answer was taken for, and by which rule.
create or replace function resposta_audit(r respostas, classe text)
returns void
language sql security definer
set search_path = carteiro, pg_temp
as $$
    insert into auditoria (empresa_id, action, alvo, payload)
    values (r.empresa_id, 'resposta_' || resposta_audit.classe, coalesce(r.agendamento_id, r.cliente_id)::text,
        jsonb_strip_nulls(jsonb_build_object('resposta_id', r.id, 'regra', r.regra, 'confianca', r.confianca,
            'por', r.resolvida_por)))
$$;
