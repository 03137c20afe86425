-- proativo_plan: writes this content down as a message to an owner and plans its sending. Returns the
-- row; null when the owner has it for that occurrence already.
--
-- The firing takes its text and, for outside the 24 h window, the figures of the rule's template. What
-- becomes of it comes back by proativo_effects.
create or replace function proativo_plan(dono donos, tipo text, ocorrencia text, em timestamptz, conteudo text, valores jsonb,
    campanha_id uuid default null, metadata jsonb default null)
returns mensagens_proativas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    pela regras_followup := regra_get(proativo_plan.tipo, dono.empresa_id);
    v_nome constant text := (select c.primeiro_nome from clientes c where c.id = dono.cliente_id);
    v_valores constant jsonb := coalesce(proativo_plan.valores, '{}') || jsonb_build_object('nome', v_nome);
    nova mensagens_proativas;
begin
    insert into mensagens_proativas as m (empresa_id, dono_id, tipo, ocorrencia, conteudo, parametros, agendada_para, campanha_id,
        metadata)
    values (dono.empresa_id, dono.id, proativo_plan.tipo, proativo_plan.ocorrencia, proativo_saudar(v_nome, proativo_plan.conteudo),
        array(
            select coalesce(v_valores ->> k.chave, '')
            from regra_mensagens rm
            cross join lateral unnest(rm.parametros) with ordinality as k (chave, n)
            where rm.regra_id = pela.id and rm.ordem = 1
            order by k.n),
        agora(), proativo_plan.campanha_id, coalesce(proativo_plan.metadata, '{}'))
    on conflict on constraint mensagens_proativas_unica do nothing
    returning m.* into nova;
    if nova.id is not null then
        perform disparo_plan(regra => proativo_plan.tipo, empresa => dono.empresa_id, alvo_id => nova.id, ocorrencia => 'mensagem',
            cliente_id => dono.cliente_id, quando => agora(),
            valido_ate => least(agora() + pela.validade, proativo_limite(proativo_plan.tipo, dono.empresa_id, em)),
            metadata => v_valores - 'nome', texto => nova.conteudo);
    end if;
    return nova;
end
$$;
