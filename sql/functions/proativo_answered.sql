-- proativo_answered: this person wrote at `em` in this conversation: when the last message they got as
-- an owner was a short template, its full text follows now, once. Returns the queued message's id.
--
-- The message that they quote (the button "Ver detalhes" does) goes before the last one; without a
-- quote it is not older than three days. Who asks not to be written to gets nothing. Which body went
-- is in the queue row, whose firing may not know its end yet. The caller has locked person and
-- conversation.
create or replace function proativo_answered(cliente_id uuid, conversa_id uuid, em timestamptz)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_dono constant uuid := (select d.id from donos d where d.cliente_id = proativo_answered.cliente_id);
    v_citada text;
    v_texto text;
    ultima record;
    nova uuid;
begin
    if v_dono is null then
        return null;
    end if;
    select r.resposta_a, r.conteudo into v_citada, v_texto
    from mensagens_recebidas r
    where r.cliente_id = proativo_answered.cliente_id and r.recebida_em = proativo_answered.em
    order by r.resposta_a is null
    limit 1;
    if (select c.status from clientes c where c.id = proativo_answered.cliente_id) = 'optout'
            or exists (select 1 from resposta_classificar(v_texto) k where k.classe in ('optout', 'optout_duvida')) then
        return null;
    end if;
    select m.id, m.conteudo, m.detalhes_em, f.numero_id, f.fora_da_janela
    into ultima
    from mensagens_proativas m
    join disparos d on d.alvo_id = m.id
    cross join lateral (
        select q.numero_id, q.fora_da_janela, q.enviada_em, q.wamid
        from fila_mensagens q
        where q.id = d.mensagem_id and q.encerrada_em between m.created_at and agora() and q.status = 'enviada'
        offset 0) as f
    where m.dono_id = v_dono
      and m.created_at > agora() - interval '31 days'
      and (f.wamid = v_citada or f.enviada_em > proativo_answered.em - interval '3 days')
    order by coalesce(f.wamid = v_citada, false) desc, f.enviada_em desc
    limit 1;
    if ultima.id is null or ultima.fora_da_janela is not true or ultima.detalhes_em is not null then
        return null;
    end if;

    update mensagens_proativas m set detalhes_em = agora() where m.id = ultima.id and m.detalhes_em is null;
    if not found then
        return null;
    end if;
    insert into fila_mensagens (cliente_id, conversa_id, numero_id, tipo, conteudo, prioridade, origem, origem_id, valido_ate,
        metadata)
    values (proativo_answered.cliente_id, proativo_answered.conversa_id, ultima.numero_id, 'resposta', ultima.conteudo, 9,
        'proativa', ultima.id::text, agora() + interval '1 day',
        jsonb_build_object('mensagem_proativa_id', ultima.id))
    returning id into nova;
    return nova;
end
$$;
