-- numero_resolver: the sending number of the company that `numero` (phone_number_id, phone or id)
-- means; left out, the company's default.
--
-- Returns numeros.id. Raises 22023 that names `numero`.
create or replace function numero_resolver(dona uuid, numero text default null)
returns integer
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    achado integer;
begin
    select n.id into achado
    from numeros n
    where n.empresa_id = dona
      and n.ativo
      and case when numero_resolver.numero is null then n.padrao
               else numero_resolver.numero in (n.identificador, n.telefone, n.id::text) end
    order by n.identificador = numero_resolver.numero desc, n.telefone = numero_resolver.numero desc
    limit 1;
    if achado is null then
        raise exception 'numero: %', case when numero_resolver.numero is null
            then 'the company has no default number; make one with numero_salvar'
            else 'the company has none like this (phone_number_id, phone in E.164, or id)' end
            using errcode = '22023';
    end if;
    return achado;
end
$$;
grant execute on function numero_resolver(uuid, text) to carteiro_ops_leitura, carteiro_ops_escrita;
