-- webhook_reach: Meta said at `em` how many people the portfolio may write to in 24 hours outside the window
-- (webhook_alcance: 0 for no limit). What is older than what is known changes nothing. `is_de_numero`: not the
-- portfolio's own webhook but the limit beside a number's, which counts less: the portfolio's counts after it
-- whatever its time. Returns whether it changed.
create or replace function webhook_reach(portfolio bigint, limite integer, em timestamptz, is_de_numero boolean default false)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    p portfolios;
begin
    select x.* into p from portfolios x where x.id = portfolio for no key update;
    if p.id is null or p.alcance_em > em then
        return false;
    end if;
    update portfolios x set alcance_limite = nullif(limite, 0), alcance_em = case when is_de_numero then x.alcance_em else em end
    where x.id = portfolio;
    if coalesce(p.alcance_limite, 0) = limite then
        return false;
    end if;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (p.empresa_id, 'portfolio_alcance', 'portfolio ' || portfolio,
        jsonb_build_object('de', p.alcance_limite, 'para', nullif(limite, 0), 'em', em));
    perform fila_wake();
    return true;
end
$$;
