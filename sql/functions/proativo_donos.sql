-- proativo_donos: the owners of a company who want messages of this type, oldest first.
create or replace function proativo_donos(empresa uuid, tipo text)
returns setof donos
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select d.*
    from donos d
    where d.empresa_id = empresa and d.ativo and (d.tipos is null or tipo = any (d.tipos))
    order by d.created_at, d.id
$$;
