-- webhook_apply_edit: a person changed (edit) or took back (revoke) what they had written. The words change, or
-- go; the window that the message opened and what it was answered with stay.
--
-- Comes the change before the message, the message is kept as changed; a message taken back is not kept
-- when it comes after that.
create or replace function webhook_apply_edit(evento webhook_eventos, numero numeros)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    v_tipo constant text := corpo #>> '{message,type}';
    v_original constant text := coalesce(webhook_texto(corpo, array['message', v_tipo, 'original_message_id']),
        webhook_texto(corpo, array['message', v_tipo, 'message_id']), webhook_texto(corpo, '{message,context,id}'));
    v_nova constant jsonb := case when jsonb_typeof(corpo #> '{message,edit,message}') = 'object'
        then corpo #> '{message,edit,message}' end;
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_achada uuid;
begin
    if v_original is null then
        raise exception '%.original_message_id: expected the message that it changes', v_tipo using errcode = '22023';
    end if;
    if v_tipo = 'edit' and coalesce(v_nova ->> 'type', '') in ('', 'edit', 'revoke', 'system') then
        raise exception 'edit.message: expected the new message with its type' using errcode = '22023';
    end if;
    select r.id into v_achada
    from mensagens_recebidas r
    where r.wamid = v_original and r.empresa_id = numero.empresa_id
    for update;
    if v_achada is null and v_tipo = 'revoke' then
        perform webhook_once('apagada ' || v_original);
        return;
    end if;
    if v_achada is null then
        evento.wamid := v_original;
        evento.corpo := jsonb_set(corpo, '{message}', (corpo -> 'message') - 'edit' || v_nova
            || jsonb_build_object('id', v_original))::text;
        perform webhook_apply_message(evento);
    end if;
    update mensagens_recebidas r
    set conteudo   = case v_tipo when 'edit' then mensagem_texto(v_nova) end,
        carga      = case v_tipo when 'edit' then v_nova || jsonb_build_object('id', v_original)
                         else jsonb_build_object('id', v_original, 'type', 'revoke') end,
        editada_em = case v_tipo when 'edit' then v_em else r.editada_em end,
        apagada_em = case v_tipo when 'revoke' then v_em end
    where r.wamid = v_original
      and r.empresa_id = numero.empresa_id
      and r.apagada_em is null
      and (v_tipo = 'revoke' or r.editada_em is null or r.editada_em < v_em);
end
$$;
