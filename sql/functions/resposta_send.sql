-- resposta_send: queues the company's text of the rule `regra` as an answer, in the conversation it answers. Returns
-- the id of the message; null where the company has switched that rule off, or a person resolved it so late that the 24 h
-- window has closed, which its motivo says.
--
-- `extra` fills its placeholders, beside the person. `interativo`: buttons or a list around the text; null: the rule's
-- own.
create or replace function resposta_send(r respostas, regra text, extra jsonb default '{}', interativo jsonb default null)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_regra constant regras_followup := regra_get(resposta_send.regra, r.empresa_id);
    v_extra constant jsonb := resposta_send.extra || jsonb_build_object(
        'empresa', (select e.nome from empresas e where e.id = r.empresa_id));
    dita regra_mensagens;
    pessoa clientes;
    v_texto text;
    v_carga jsonb;
    v_id uuid;
begin
    if not v_regra.ativa then
        return null;
    end if;
    if not exists (select 1 from conversas k where k.id = r.conversa_id and k.janela_24h_ate > agora()) then
        update respostas p
        set motivo = 'a janela de 24 h fechou e o texto não foi enviado: ligue ou use um modelo'
        where p.id = r.id;
        return null;
    end if;
    select c.* into pessoa from clientes c where c.id = r.cliente_id;
    select m.* into dita from regra_mensagens m where m.regra_id = v_regra.id order by m.ordem limit 1;
    v_texto := texto_preencher(dita.texto, pessoa, v_extra);
    v_carga := coalesce(interativo, dita.carga);
    insert into fila_mensagens (empresa_id, cliente_id, conversa_id, numero_id, destino, tipo, formato, conteudo, carga,
        prioridade, garantia, valido_ate, origem, origem_id, metadata)
    values (r.empresa_id, r.cliente_id, r.conversa_id, r.numero_id, pessoa.telefone, 'resposta',
        case when v_carga is null then 'texto' else 'interativo' end, v_texto,
        case when v_carga is not null then jsonb_build_object('interactive',
            v_carga || jsonb_build_object('body', jsonb_build_object('text', v_texto))) end,
        v_regra.prioridade, 'pelo_menos_uma', agora() + v_regra.validade, 'regra', v_regra.id::text,
        v_extra || jsonb_build_object('resposta_id', r.id, 'regra', v_regra.nome))
    returning id into v_id;
    return v_id;
end
$$;
