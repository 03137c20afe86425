-- aviso_listar: what of a company (all, when left out) somebody still has to look at, oldest first.
create or replace function aviso_listar(empresa text default null)
returns setof avisos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
begin
    return query
    select a.*
    from avisos a
    where a.visto_em is null
      and (aviso_listar.empresa is null or a.empresa_id = empresa_resolver(aviso_listar.empresa))
    order by a.id;
end
$$;
grant execute on function aviso_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
