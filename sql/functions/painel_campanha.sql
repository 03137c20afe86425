-- painel_campanha: the campaign that an origem_id names, as resumo_horas writes it: zeros for none.
create or replace function painel_campanha(origem_id text)
returns uuid
language sql immutable parallel safe
as $$
    select coalesce(campanha_da_origem(origem_id), '00000000-0000-0000-0000-000000000000')
$$;
