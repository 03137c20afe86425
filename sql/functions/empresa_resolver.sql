-- empresa_resolver: the company that `empresa` (name or id) means; left out, the only one.
--
-- Raises 22023 that names `empresa` when there is no such company, or when it is left out and
-- there is none or more than one.
create or replace function empresa_resolver(empresa text default null)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achada uuid;
    quantas integer;
begin
    if empresa_resolver.empresa is null then
        select count(*), min(e.id::text)::uuid into quantas, achada from empresas e;
        if quantas = 1 then
            return achada;
        end if;
        raise exception 'empresa: % — say which (name or id)',
            case quantas when 0 then 'there is none yet; make one with empresa_salvar'
                         else format('there are %s', quantas) end
            using errcode = '22023';
    end if;
    select e.id into achada
    from empresas e
    where e.nome = btrim(empresa_resolver.empresa) or e.id::text = lower(btrim(empresa_resolver.empresa));
    if achada is null then
        raise exception 'empresa: there is none called "%"', empresa_resolver.empresa using errcode = '22023';
    end if;
    return achada;
end
$$;
grant execute on function empresa_resolver(text) to carteiro_ops_leitura, carteiro_ops_escrita;
