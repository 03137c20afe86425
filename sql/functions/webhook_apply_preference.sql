-- webhook_apply_preference: user_preferences: a person stopped marketing of this company in WhatsApp (stop), or
-- takes it again (resume, signup). Each element by itself; returns what is wrong with the last bad one, else null.
--
-- Who is not known yet is made, so that a list imported later meets their no.
create or replace function webhook_apply_preference(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    numero constant numeros := webhook_numero(evento);
    erro text;
    um jsonb;
    wa_id text;
    user_id text;
    valor text;
    em timestamptz;
begin
    for um in select e from webhook_lista(corpo -> 'user_preferences') as e loop
        wa_id := wa_id_ler(webhook_texto(um, '{wa_id}'));
        user_id := coalesce(bsuid_ler(webhook_texto(um, '{user_id}')), bsuid_ler(webhook_texto(um, '{wa_id}')));
        valor := lower(webhook_texto(um, '{value}'));
        em := least(coalesce(webhook_instante(um, '{timestamp}'), evento.ocorrido_em, evento.recebido_em), agora());
        if wa_id is null and user_id is null then
            erro := 'wa_id: expected a phone number or a user id';
        elsif webhook_texto(um, '{category}') is distinct from 'marketing_messages' then
            erro := 'category: only marketing_messages is known';
        elsif valor in ('stop', 'resume', 'signup') then
            perform webhook_consent(
                cliente_de_whatsapp(numero.empresa_id, wa_id, null, user_id, em), valor <> 'stop',
                format('WhatsApp user_preferences %s, webhook %s', valor, evento.id), em);
        else
            erro := 'value: expected stop, resume or signup';
        end if;
    end loop;
    if um is null then
        erro := 'user_preferences: expected a list of objects';
    end if;
    return erro;
end
$$;
