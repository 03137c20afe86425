-- webhook_apply_accounts: these events are of numbers, accounts, templates and portfolios: errors that name no
-- message, and the fields of Meta's that say what may be sent. Each is applied by itself, and one that cannot be, or
-- changed nothing, keeps why. `de` and `ate` bound their recebido_em.
--
-- Applied once: what comes again, in whatever batch, is passed over by a hash of it (errors tell no repetition
-- and have their own). webhook_apply lets one caller at a time do this: they are few, and lock whatever they name.
create or replace function webhook_apply_accounts(eventos bigint[], de timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
set jit = off
as $$
declare
    evento webhook_eventos;
    v_erro text;
begin
    for evento in
        select *
        from webhook_eventos w
        where w.id = any (eventos)
          and w.recebido_em between webhook_apply_accounts.de and webhook_apply_accounts.ate
        order by w.ocorrido_em nulls last, w.id
    loop
        v_erro := null;
        begin
            if evento.tipo = 'erro' then
                v_erro := webhook_apply_error(evento);
            elsif webhook_once(concat_ws(' ', evento.tipo, evento.waba_id,
                    coalesce(extract(epoch from evento.ocorrido_em)::text, (evento.recebido_em at time zone 'UTC')::date::text),
                    evento.corpo)) then
                v_erro := case evento.tipo
                    when 'message_template_status_update' then webhook_apply_template_status(evento)
                    when 'message_template_quality_update' then webhook_apply_template_quality(evento)
                    when 'template_category_update' then webhook_apply_template_category(evento)
                    when 'phone_number_quality_update' then webhook_apply_number(evento)
                    when 'business_capability_update' then webhook_apply_capability(evento)
                    when 'account_update' then webhook_apply_account(evento)
                    when 'account_alerts' then webhook_apply_alert(evento) end;
            end if;
        exception
            when serialization_failure or deadlock_detected then
                raise;
            when others then
                v_erro := sqlstate || ': ' || sqlerrm;
        end;
        if v_erro is not null then
            perform webhook_fail(array[evento.id], de, ate, v_erro);
        end if;
    end loop;
end
$$;
