-- resposta_note: keeps a person's message as an answer that is to be acted on (resposta_apply), when it is one:
-- something was asked, a button of ours was touched, or its words ask not to be written to. Returns the class of
-- its words: an automatic greeting of another business is never an answer.
--
-- Words wait for silence (empresas.respostas_espera, twelve times that at most), and what comes meanwhile joins them:
-- "oi", "então", "não vou conseguir ir" is one answer. Buttons, choices, reactions and the wish to leave or to come
-- back wait for nothing. The caller has locked person and conversation.
create or replace function resposta_note(m mensagens_recebidas)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_botao constant text := mensagem_botao(m.carga);
    v_espera constant interval := (select e.respostas_espera from empresas e where e.id = m.empresa_id);
    v_imediata boolean;
    v_classe text;
    aberta record;
begin
    if m.tipo in ('system', 'unsupported', 'unknown', 'edit', 'revoke') or m.tipo = 'reaction' and m.conteudo is null then
        return 'incerta';
    end if;
    select a.* into aberta
    from resposta_aberta(m.cliente_id, m.conversa_id, m.recebida_em, m.resposta_a, v_botao) a;
    v_classe := (select k.classe from resposta_classificar(m.conteudo, resposta_vocabulario(aberta.pergunta, m.cliente_id, m.recebida_em)) k);
    if resposta_volta(m.cliente_id, m.conteudo) then
        v_classe := 'volta';
    end if;
    v_imediata := m.tipo in ('button', 'interactive', 'reaction') or v_classe in ('optout', 'volta');
    if aberta.pergunta is null
            and coalesce(v_botao !~ '^(followup_positive|followup_negative|remarcar|horario:[0-9]+:[0-9]+)$', true)
            and v_classe not in ('optout', 'optout_duvida', 'numero_errado', 'volta')
            or v_classe = 'automatica' then
        return v_classe;
    end if;

    if not v_imediata then
        update respostas p
        set recebidas  = p.recebidas || m.id,
            aplicar_em = least(agora() + v_espera, p.created_at + 12 * v_espera),
            updated_at = agora()
        where p.conversa_id = m.conversa_id
          and p.estado = 'juntando'
          and not p.is_imediata
          and p.disparo_id is not distinct from aberta.disparo_id;
        if found then
            return v_classe;
        end if;
    end if;
    insert into respostas (empresa_id, cliente_id, conversa_id, numero_id, recebidas, recebida_em, aplicar_em,
        is_imediata, pergunta, disparo_id, mensagem_id, agendamento_id, botao)
    values (m.empresa_id, m.cliente_id, m.conversa_id, m.numero_id, array[m.id], m.recebida_em,
        case when v_imediata then agora() else agora() + v_espera end, v_imediata, aberta.pergunta, aberta.disparo_id,
        aberta.mensagem_id, aberta.agendamento_id, v_botao);
    if v_imediata then
        perform fila_wake(); -- the planner listens too
    end if;
    return v_classe;
end
$$;
