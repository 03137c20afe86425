-- cliente_localizar: the person of a company behind an E.164 number, under whichever of its
-- variants the number is known; null when there is none. The exact form wins.
create or replace function cliente_localizar(empresa_id uuid, telefone text)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    formas text[] := cliente_localizar.telefone || telefone_variantes(cliente_localizar.telefone);
    achado uuid;
begin
    select c.id into achado
    from clientes c
    where c.empresa_id = cliente_localizar.empresa_id
      and c.telefone = any (formas)
    order by (c.telefone = cliente_localizar.telefone) desc, c.created_at
    limit 1;
    if achado is null then
        select i.cliente_id into achado
        from identidades i
        where i.empresa_id = cliente_localizar.empresa_id
          and i.tipo = 'telefone'
          and i.valor = any (formas)
        order by (i.valor = cliente_localizar.telefone) desc, i.id
        limit 1;
    end if;
    return achado;
end
$$;
grant execute on function cliente_localizar(uuid, text) to carteiro_gateway, carteiro_ops_escrita;
