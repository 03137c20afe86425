-- webhook_apply_optout: a message failed with 131050: its person had stopped marketing of this company in WhatsApp.
-- They are found by the message (our key, else its wamid), else by whom Meta names; nobody is made.
create or replace function webhook_apply_optout(evento webhook_eventos)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_pessoa constant uuid := webhook_status_person(evento);
begin
    if v_pessoa is not null then
        perform webhook_consent(v_pessoa, false, format('WhatsApp erro 131050, webhook %s', evento.id),
            least(coalesce(evento.ocorrido_em, evento.recebido_em), agora()), true);
    end if;
end
$$;
