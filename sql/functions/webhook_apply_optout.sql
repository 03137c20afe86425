-- webhook_apply_optout: what a failed message says of its person. 131050: they had stopped marketing of this company
-- in WhatsApp. 131049, 130472: Meta keeps marketing from them; what waits of it is not tried for a day.
--
-- They are found by the message (our key, else its wamid), else by whom Meta names; nobody is made.
create or replace function webhook_apply_optout(evento webhook_eventos)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_pessoa constant uuid := webhook_status_person(evento);
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
begin
    if v_pessoa is null then
        return;
    end if;
    if evento.codigo = 131050 then
        perform webhook_consent(v_pessoa, false, format('WhatsApp erro 131050, webhook %s', evento.id), v_em, true);
        return;
    end if;
    update clientes c
    set marketing_espera_ate = v_em + interval '24 hours'
    where c.id = v_pessoa
      and v_em + interval '24 hours' > greatest(c.marketing_espera_ate, agora());
end
$$;
