-- supressao_existe: whether this E.164 number, in any of its variants, or this user id must not be written to.
create or replace function supressao_existe(empresa_id uuid, telefone text)
returns boolean
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
begin
    return exists (
        select 1
        from supressoes s
        where s.empresa_id = supressao_existe.empresa_id
          and s.hash = supressao_hash(supressao_chave(), supressao_existe.empresa_id, supressao_existe.telefone));
end
$$;
grant execute on function supressao_existe(uuid, text) to carteiro_gateway, carteiro_ops_escrita;
