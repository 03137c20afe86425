-- dono_resolver: the owner of the company that `quem` (id, or phone in any form) means. Raises 22023
-- that names `argumento`.
create or replace function dono_resolver(empresa uuid, quem text, argumento text)
returns donos
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_telefone constant text := (telefone_normalizar(quem)).telefone;
    achado donos;
begin
    select d.* into achado
    from donos d
    where d.empresa_id = dono_resolver.empresa
      and (d.id::text = lower(btrim(quem))
           or v_telefone is not null and d.cliente_id = cliente_localizar(dono_resolver.empresa, v_telefone));
    if achado.id is null then
        raise exception '%: the company has no owner with this id or phone', argumento using errcode = '22023';
    end if;
    return achado;
end
$$;
