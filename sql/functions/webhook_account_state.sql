-- webhook_account_state: what an account_update makes of the account (contas.situacao), until when, and why; nulls for
-- an event that changes nothing of what may be sent.
--
-- Of several restrictions the one that ends last counts; one that stops no messages (adding numbers) only warns.
create or replace function webhook_account_state(evento text, ban text, corpo jsonb, out situacao text, out ate timestamptz,
    out motivo text)
language plpgsql stable
set search_path = carteiro, pg_temp
as $$
declare
    v_tipos text;
    v_is_sem_fim boolean;
begin
    if evento = 'ACCOUNT_RESTRICTION' then
        select string_agg(r.tipo, ', ' order by r.tipo) filter (where r.is_envio), bool_or(r.fim is null) filter (where r.is_envio),
            max(r.fim) filter (where r.is_envio)
        into v_tipos, v_is_sem_fim, ate
        from (select x.tipo, x.tipo like '%MESSAGING%' as is_envio, x.fim
              from (select upper(webhook_texto(e, '{restriction_type}', 100)) as tipo, webhook_instante(e, '{expiration}') as fim
                    from webhook_lista(corpo -> 'restriction_info') as e) as x) as r;
        ate := case when not v_is_sem_fim then ate end;
        situacao := case when v_tipos is null then 'avisada' else 'restrita' end;
        motivo := case when v_tipos is null then 'a Meta restringiu a conta, não o envio'
            else 'a Meta restringiu o envio da conta (' || v_tipos || ')' end;
    elsif evento = 'ACCOUNT_VIOLATION' then
        situacao := 'avisada';
        motivo := 'violação das regras' || coalesce(' (' || webhook_texto(corpo, '{violation_info,violation_type}', 100) || ')', '');
    elsif evento = 'ACCOUNT_DELETED' then
        situacao := 'excluida';
        motivo := 'a conta foi excluída na Meta';
    elsif evento = 'DISABLED_UPDATE' and ban = 'REINSTATE' then
        situacao := 'ativa';
        motivo := '';
    elsif evento = 'DISABLED_UPDATE' and ban = 'DISABLE' then
        situacao := 'desativada';
        motivo := 'a Meta desativou a conta';
    elsif evento = 'DISABLED_UPDATE' and ban = 'SCHEDULE_FOR_DISABLE' then
        situacao := 'avisada';
        motivo := 'a Meta vai desativar a conta'
            || coalesce(' em ' || webhook_texto(corpo, '{ban_info,waba_ban_date}', 60), '');
    end if;
end
$$;
