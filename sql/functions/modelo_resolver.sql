-- modelo_resolver: the template of the company that `modelo` (its name) means; null for null.
--
-- Of several languages pt_BR wins. Raises 22023 that names `modelo`.
create or replace function modelo_resolver(dona uuid, modelo text)
returns modelos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achado modelos;
begin
    if modelo_resolver.modelo is null then
        return null;
    end if;
    select m.* into achado
    from modelos m
    where m.empresa_id = dona and modelo_resolver.modelo in (m.nome, m.id::text)
    order by m.nome = modelo_resolver.modelo desc, m.idioma = 'pt_BR' desc, m.id
    limit 1;
    if achado.id is null then
        raise exception 'modelo: the company has no template called "%"', modelo_resolver.modelo using errcode = '22023';
    end if;
    return achado;
end
$$;
grant execute on function modelo_resolver(uuid, text) to carteiro_ops_leitura, carteiro_ops_escrita;
