-- webhook_reach: Meta said at `em` how many people the portfolio may write to in 24 hours outside the window
-- (webhook_alcance: 0 for no limit). What is older than what is known changes nothing. Returns whether it changed.
create or replace function webhook_reach(portfolio bigint, limite integer, em timestamptz)
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
    update portfolios x set alcance_limite = nullif(limite, 0), alcance_em = em where x.id = portfolio;
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
