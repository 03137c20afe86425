-- dono_listar: the owners who receive proactive messages, of one company or of all.
create or replace function dono_listar(empresa text default null)
returns table (id uuid, empresa_nome text, nome text, telefone text, tipos text[], ativo boolean, created_at timestamptz)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona uuid := case when dono_listar.empresa is not null then empresa_resolver(dono_listar.empresa) end;
begin
    return query
    select d.id, e.nome, d.nome, c.telefone, coalesce(d.tipos, proativo_tipos()), d.ativo, d.created_at
    from donos d
    join empresas e on e.id = d.empresa_id
    join clientes c on c.id = d.cliente_id
    where dona is null or d.empresa_id = dona
    order by e.nome, d.created_at, d.id;
end
$$;
grant execute on function dono_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
