-- webhook_apply_user_id: user_id_update: WhatsApp gave a person another user id; the wa_id beside it helps to find
-- them, and no more. Each element by itself; returns what is wrong with the last bad one, else null.
create or replace function webhook_apply_user_id(evento webhook_eventos)
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
    antes text;
    agora_e text;
    em timestamptz;
begin
    for um in select e from webhook_lista(corpo -> 'user_id_update') as e loop
        antes := bsuid_ler(webhook_texto(um, '{user_id,previous}'));
        agora_e := bsuid_ler(webhook_texto(um, '{user_id,current}'));
        em := least(coalesce(webhook_instante(um, '{timestamp}'), evento.ocorrido_em, evento.recebido_em), agora());
        if agora_e is null then
            erro := 'user_id.current: expected a user id';
        elsif webhook_once(format('user_id %s %s %s %s', numero.empresa_id, antes, agora_e,
                coalesce(webhook_instante(um, '{timestamp}'), evento.ocorrido_em))) then
            perform identidade_move(numero.empresa_id, array[antes, webhook_texto(um, '{wa_id}'), agora_e], antes,
                array[agora_e], em);
        end if;
    end loop;
    if um is null then
        erro := 'user_id_update: expected a list of objects';
    end if;
    return erro;
end
$$;
