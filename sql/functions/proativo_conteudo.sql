-- proativo_conteudo: what a message of this type says to the company's owners at `em`, without the
-- greeting, with the figures of its short template. All null when there is nothing to say.
create or replace function proativo_conteudo(tipo text, empresa uuid, em timestamptz, data jsonb default null,
    out conteudo text, out valores jsonb, out campanha_id uuid)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    case tipo
        when 'daily_summary' then
            select b.* into conteudo, valores from proativo_daily_summary(empresa, em) b;
        when 'inactive_clients' then
            select b.* into conteudo, valores from proativo_inactive_clients(empresa, em) b;
        when 'birthdays' then
            select b.* into conteudo, valores from proativo_birthdays(empresa, em) b;
        when 'opportunities' then
            select b.* into conteudo, valores from proativo_opportunities(empresa, em) b;
        when 'low_occupancy' then
            select b.* into conteudo, valores from proativo_low_occupancy(empresa, em) b;
        else
            select b.* into conteudo, valores, campanha_id from proativo_custom_campaign(empresa, em, coalesce(data, '{}')) b;
    end case;
end
$$;
