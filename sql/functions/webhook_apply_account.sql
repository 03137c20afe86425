-- webhook_apply_account: account_update: Meta restricts, disables or reinstates an account. Its messages wait until the
-- restriction ends (then one tries), or until REINSTATE; a violation, or that it will be disabled, a person has to
-- look at. Other events (prices, partners) are kept only. Returns why it changed nothing, else null.
create or replace function webhook_apply_account(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    v_em constant timestamptz := least(coalesce(evento.ocorrido_em, evento.recebido_em), agora());
    v_evento constant text := upper(webhook_texto(corpo, '{event}', 60));
    v_ban constant text := upper(webhook_texto(corpo, '{ban_info,waba_ban_state}', 60));
    v_nova text;
    v_ate timestamptz;
    v_motivo text;
    conta contas;
begin
    if v_evento is null then
        raise exception 'event: expected what happened to the account' using errcode = '22023';
    end if;
    select c.* into conta from contas c where c.id = (webhook_conta(evento)).id for no key update;
    select r.situacao, r.ate, r.motivo into v_nova, v_ate, v_motivo from webhook_account_state(v_evento, v_ban, corpo) r;
    if v_nova is null then
        return null;
    end if;
    if v_nova = 'avisada' then -- lifts nothing, and hides no news of before it that comes later
        update contas c set situacao = v_nova, situacao_motivo = v_motivo
        where c.id = conta.id and c.situacao in ('ativa', v_nova) and coalesce(c.situacao_em <= v_em, true);
    elsif conta.situacao_em > v_em then
        return 'mais antigo do que o já sabido';
    else
        update contas c
        set situacao = v_nova, situacao_em = v_em, situacao_ate = v_ate, situacao_motivo = nullif(v_motivo, '')
        where c.id = conta.id;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (conta.empresa_id, 'conta_situacao', 'conta ' || conta.id,
        jsonb_build_object('de', conta.situacao, 'para', v_nova, 'ate', v_ate, 'motivo', v_motivo, 'em', v_em));
    if v_nova = 'ativa' then
        perform webhook_lift(conta.empresa_id, 'conta', conta.id, 'a Meta reativou a conta');
        return null;
    end if;
    -- a restriction that was over when we heard of it holds nothing
    if v_nova in ('desativada', 'excluida') or v_nova = 'restrita' and coalesce(v_ate > agora(), true) then
        perform webhook_hold(conta.empresa_id, 'conta', conta.id, v_motivo, v_ate);
    end if;
    perform aviso_note(conta.empresa_id, 'conta', format('conta %s %s %s', conta.id, v_nova, extract(epoch from v_em)),
        'Aviso da Meta sobre a conta do WhatsApp: ' || v_motivo || '.', 'conta ' || conta.id, null,
        jsonb_build_object('situacao', v_nova, 'ate', v_ate));
    return null;
end
$$;
