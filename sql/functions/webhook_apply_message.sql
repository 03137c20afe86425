-- webhook_apply_message: a person wrote: keeps the message, opens or renews the 24 h window of
-- number and person, counts the interaction.
--
-- The person is found by wa_id or phone variants, or by the user id (BSUID) of whoever shows no phone, among
-- those of the number's company, and made when unknown. The same wamid twice is one message. What is no
-- message of theirs (system), or changes one that they wrote (edit, revoke), goes its own way. A reaction that is
-- taken back and what is said in a group open no window.
create or replace function webhook_apply_message(evento webhook_eventos)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    v_tipo constant text := coalesce(webhook_texto(corpo, '{message,type}', 60), 'unknown');
    wa_id constant text := coalesce(wa_id_ler(webhook_texto(corpo, '{message,from}')),
        wa_id_ler(webhook_texto(corpo, '{contact,wa_id}')));
    user_id constant text := coalesce(bsuid_ler(webhook_texto(corpo, '{message,from_user_id}')),
        bsuid_ler(webhook_texto(corpo, '{message,from}')), bsuid_ler(webhook_texto(corpo, '{contact,user_id}')),
        bsuid_ler(webhook_texto(corpo, '{contact,wa_id}')), bsuid_ler(webhook_texto(corpo, '{message,from_parent_user_id}')));
    em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_janela constant timestamptz := case
        when corpo #>> '{message,group_id}' is not null then null
        when v_tipo = 'reaction' and webhook_texto(corpo, '{message,reaction,emoji}') is null then null
        else em + interval '24 hours' end;
    numero numeros;
    pessoa uuid;
    conversa uuid;
    recebida uuid;
begin
    numero := webhook_numero(evento, so_unica => true);
    if v_tipo = 'system' then
        perform webhook_apply_system(evento, numero);
        return;
    elsif v_tipo in ('edit', 'revoke') then
        perform webhook_apply_edit(evento, numero);
        return;
    end if;
    if evento.wamid is null then
        raise exception 'id: the message has none' using errcode = '22023';
    end if;
    if wa_id is null and user_id is null then
        raise exception 'from: expected a phone number or a user id' using errcode = '22023';
    end if;
    if exists (select 1 from mensagens_recebidas r where r.wamid = evento.wamid)
            or exists (select 1 from webhook_aplicados a where a.chave = sha256(convert_to('apagada ' || evento.wamid, 'UTF8'))) then
        return;
    end if;

    pessoa := cliente_de_whatsapp(numero.empresa_id, wa_id, webhook_texto(corpo, '{contact,profile,name}', 1000), user_id, em);
    perform 1 from clientes c where c.id = pessoa for no key update; -- before the conversa, as the effects do
    insert into conversas as cv (empresa_id, cliente_id, numero_id, janela_24h_ate, ultima_interacao_em, ultima_direcao)
    values (numero.empresa_id, pessoa, numero.id, v_janela, em, 'entrada')
    on conflict (cliente_id, numero_id) where status = 'ativa' do update
    set janela_24h_ate      = greatest(cv.janela_24h_ate, excluded.janela_24h_ate),
        ultima_direcao      = case when em >= coalesce(cv.ultima_interacao_em, em) then 'entrada' else cv.ultima_direcao end,
        ultima_interacao_em = greatest(cv.ultima_interacao_em, em)
    returning cv.id into conversa;

    insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, conteudo, carga,
        resposta_a, recebida_em)
    values (numero.empresa_id, pessoa, conversa, numero.id, evento.wamid,
        v_tipo, mensagem_texto(corpo -> 'message'), corpo -> 'message',
        coalesce(corpo #>> '{message,context,id}', corpo #>> '{message,reaction,message_id}'), em)
    on conflict on constraint mensagens_recebidas_unica do nothing
    returning id into recebida;
    if recebida is not null then
        update clientes c
        set total_interacoes  = c.total_interacoes + 1,
            ultimo_contato_em = greatest(c.ultimo_contato_em, em)
        where c.id = pessoa;
        perform mensagem_answered(recebida);
    end if;
end
$$;
