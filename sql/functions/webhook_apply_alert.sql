-- webhook_apply_alert: account_alerts: what Meta says of an account, number or limit in its own words, for a person to
-- look at.
create or replace function webhook_apply_alert(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    conta constant contas := webhook_conta(evento);
    v_info constant jsonb := coalesce(corpo -> 'alert_info', corpo);
begin
    perform aviso_note(conta.empresa_id, 'conta',
        format('alerta %s %s', conta.id, encode(sha256(convert_to(concat_ws(' ', corpo::text, evento.ocorrido_em), 'UTF8')), 'hex')),
        left(concat_ws(' ', 'Alerta da Meta sobre a conta do WhatsApp:', coalesce(webhook_texto(v_info, '{alert_type}', 200), 'sem tipo'),
            '(' || webhook_texto(v_info, '{alert_severity}', 60) || ')', webhook_texto(v_info, '{alert_status}', 60),
            webhook_texto(v_info, '{alert_description}', 1000)), 1000),
        'conta ' || conta.id, null, jsonb_build_object('entidade', webhook_texto(corpo, '{entity_type}', 60)));
    return null;
end
$$;
