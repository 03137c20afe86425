-- webhook_apply_message: a person wrote: keeps the message, opens or renews the 24 h window of
-- number and person, counts the interaction.
--
-- The person is found by wa_id or phone variants among those of the number's company, and made when
-- unknown. The same wamid twice is one message.
create or replace function webhook_apply_message(evento webhook_eventos)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    de constant text := corpo #>> '{message,from}';
    em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    numero numeros;
    pessoa uuid;
    conversa uuid;
    recebida uuid;
begin
    select n.* into numero from numeros n where n.identificador = evento.phone_number_id;
    if numero.id is null then
        raise exception 'phone_number_id: not one of ours' using errcode = '22023';
    end if;
    if de is null or de !~ '^[0-9]{7,15}$' then
        raise exception 'from: expected a phone number' using errcode = '22023';
    end if;
    if exists (select 1 from mensagens_recebidas r where r.wamid = evento.wamid) then
        return;
    end if;

    pessoa := cliente_de_whatsapp(numero.empresa_id, de, corpo #>> '{contact,profile,name}');
    perform 1 from clientes c where c.id = pessoa for no key update; -- before the conversa, as the effects do
    insert into conversas as cv (empresa_id, cliente_id, numero_id, janela_24h_ate, ultima_interacao_em, ultima_direcao)
    values (numero.empresa_id, pessoa, numero.id, em + interval '24 hours', em, 'entrada')
    on conflict (cliente_id, numero_id) where status = 'ativa' do update
    set janela_24h_ate      = greatest(cv.janela_24h_ate, excluded.janela_24h_ate),
        ultima_direcao      = case when em >= coalesce(cv.ultima_interacao_em, em) then 'entrada' else cv.ultima_direcao end,
        ultima_interacao_em = greatest(cv.ultima_interacao_em, em)
    returning cv.id into conversa;

    insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, conteudo, carga,
        resposta_a, recebida_em)
    values (numero.empresa_id, pessoa, conversa, numero.id, evento.wamid,
        coalesce(corpo #>> '{message,type}', 'unknown'), mensagem_texto(corpo -> 'message'), corpo -> 'message',
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
