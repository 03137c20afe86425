-- webhook_apply_system: WhatsApp itself speaks in a conversation: the person has another number, another user id, or
-- another phone in the hand. It is no message of theirs: it opens no window and answers nothing.
create or replace function webhook_apply_system(evento webhook_eventos, numero numeros)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb -> 'message';
    v_tipo constant text := webhook_texto(corpo, '{system,type}', 60);
    v_de constant text := webhook_texto(corpo, '{from}');
    v_de_id constant text := coalesce(webhook_texto(corpo, '{from_user_id}'), webhook_texto(corpo, '{system,user_id,previous}'));
    v_para constant text := coalesce(webhook_texto(corpo, '{system,wa_id}'), webhook_texto(corpo, '{system,new_wa_id}'));
    v_para_id constant text := coalesce(webhook_texto(corpo, '{system,user_id}'),
        webhook_texto(corpo, '{system,user_id,current}'), webhook_texto(corpo, '{system,new_user_id}'));
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_pessoa uuid;
begin
    if not webhook_once('system ' || coalesce(evento.wamid, evento.corpo)) then
        return;
    end if;
    if v_tipo = 'customer_identity_changed' then
        select i.pessoa into v_pessoa
        from unnest(array[v_de_id, v_de]) with ordinality as q (nome, n)
        cross join lateral identidade_find(numero.empresa_id, q.nome, v_em) as i
        where i.pessoa is not null and not i.is_antiga
        order by q.n
        limit 1;
        if v_pessoa is not null then
            insert into auditoria (empresa_id, action, alvo, payload)
            values (numero.empresa_id, 'identidade_aparelho', 'cliente ' || v_pessoa, jsonb_build_object('em', v_em));
        end if;
    elsif v_tipo = 'user_changed_user_id' then
        perform identidade_move(numero.empresa_id, array[v_de_id, v_de], v_de_id, array[v_para_id], v_em);
    elsif v_tipo = 'user_changed_number' or v_tipo is null and v_para is not null then
        if wa_id_ler(v_para) is null and bsuid_ler(v_para) is null and bsuid_ler(v_para_id) is null then
            raise exception 'system.wa_id: expected a phone number or a user id' using errcode = '22023';
        end if;
        perform identidade_move(numero.empresa_id, array[v_de, v_de_id], v_de, array[v_para, v_para_id], v_em);
    else
        raise exception 'system.type: expected user_changed_number, user_changed_user_id or customer_identity_changed'
            using errcode = '22023';
    end if;
end
$$;
