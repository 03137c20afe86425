-- frequencia_limites: the limits that hold for this company and purpose: its own, and of those of all
-- companies the ones for as many days as it has none for.
create or replace function frequencia_limites(empresa uuid, proposito text)
returns table (maximo integer, dias integer)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return query
    select distinct on (l.dias) l.maximo, l.dias
    from limites_frequencia l
    where l.proposito = frequencia_limites.proposito
      and (l.empresa_id = frequencia_limites.empresa or l.empresa_id is null)
    order by l.dias, l.empresa_id nulls last;
end
$$;
