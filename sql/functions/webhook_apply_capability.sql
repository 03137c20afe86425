-- webhook_apply_capability: business_capability_update: how many people the portfolio may write to in 24 hours. The
-- entry names the portfolio or an account of it; an installation with one portfolio that is nameless yet learns
-- its name. Returns why it changed nothing, else null.
create or replace function webhook_apply_capability(evento webhook_eventos)
returns text
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    corpo constant jsonb := evento.corpo::jsonb;
    v_limite constant integer := coalesce(webhook_alcance(webhook_texto(corpo, '{max_daily_conversations_per_business}', 40)),
        webhook_alcance(webhook_texto(corpo, '{max_daily_conversation_per_phone}', 40)));
    v_portfolio bigint;
begin
    if v_limite is null then
        raise exception 'max_daily_conversations_per_business: expected a number or TIER_…' using errcode = '22023';
    end if;
    select p.id into v_portfolio from portfolios p where p.identificador = evento.waba_id;
    if v_portfolio is null then
        select c.portfolio_id into v_portfolio from contas c where c.waba_id = evento.waba_id;
    end if;
    if v_portfolio is null and evento.waba_id ~ '^[0-9]{5,20}$' and (select count(*) from portfolios) = 1 then
        update portfolios p set identificador = evento.waba_id where p.identificador is null returning p.id into v_portfolio;
    end if;
    if v_portfolio is null then
        return 'portfolio desconhecido';
    end if;
    perform webhook_reach(v_portfolio, v_limite, least(coalesce(evento.ocorrido_em, evento.recebido_em), agora()));
    return null;
end
$$;
