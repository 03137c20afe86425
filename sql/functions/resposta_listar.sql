-- resposta_listar: the answers of the company that wait for a person, the oldest first.
create or replace function resposta_listar(limite integer default 100, empresa text default null)
returns setof respostas_pendentes
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select v.*
    from respostas_pendentes v
    where v.empresa_id = empresa_resolver(resposta_listar.empresa)
    order by v.id
    limit least(greatest(coalesce(resposta_listar.limite, 100), 1), 1000)
$$;
grant execute on function resposta_listar(integer, text) to carteiro_ops_leitura, carteiro_ops_escrita;
