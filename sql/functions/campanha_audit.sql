-- campanha_audit: writes down who did what to a campaign.
create or replace function campanha_audit(c campanhas, feito text, dados jsonb default '{}')
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    insert into auditoria (empresa_id, action, alvo, payload)
    values (c.empresa_id, feito, c.id::text, dados);
end
$$;
