-- cliente_localizar: the person of a company behind an E.164 number, under whichever of its
-- variants the number is known; null when there is none. The exact form wins.
--
-- Form by form: by an array of them everybody of the company may be read, if statistics say there is nobody.
create or replace function cliente_localizar(empresa_id uuid, telefone text)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    formas text[] := cliente_localizar.telefone || telefone_variantes(cliente_localizar.telefone);
    achado uuid;
begin
    select c.id into achado
    from unnest(formas) as forma
    cross join lateral (
        select x.id, x.telefone, x.created_at
        from clientes x
        where x.empresa_id = cliente_localizar.empresa_id and x.telefone = forma
        offset 0) as c
    order by (c.telefone = cliente_localizar.telefone) desc, c.created_at
    limit 1;
    if achado is null then
        select i.cliente_id into achado
        from unnest(formas) as forma
        cross join lateral (
            select x.id, x.cliente_id, x.valor
            from identidades x
            where x.empresa_id = cliente_localizar.empresa_id and x.tipo = 'telefone' and x.valor = forma
            offset 0) as i
        order by (i.valor = cliente_localizar.telefone) desc, i.id
        limit 1;
    end if;
    return achado;
end
$$;
grant execute on function cliente_localizar(uuid, text) to carteiro_gateway, carteiro_ops_escrita;
