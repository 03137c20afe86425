-- chave_listar: the keys of a company, without what they are: of each the last four characters.
create or replace function chave_listar(empresa text default null)
returns table (id bigint, nome text, papel text, final text, created_at timestamptz, usada_em timestamptz,
    expira_em timestamptz, revogada_em timestamptz)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(chave_listar.empresa);
begin
    return query
    select k.id, k.nome, k.papel, k.final, k.created_at, k.usada_em, k.expira_em, k.revogada_em
    from chaves_api k
    where k.empresa_id = v_dona
    order by k.id;
end
$$;
grant execute on function chave_listar(text) to carteiro_ops_leitura, carteiro_ops_escrita;
