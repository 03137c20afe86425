-- followup_pessoa: the person whom a request means by `user_id`; one that nobody knows is made when
-- metadata brings a `phone_number`, and from then on known by that user_id too.
--
-- Raises 22023 that names `user_id` or `metadata`, and never shows the number.
create or replace function followup_pessoa(dona uuid, user_id text, metadata jsonb)
returns clientes
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_id uuid;
    v_fone text;
    pessoa clientes;
begin
    if btrim(coalesce(user_id, '')) = '' then
        raise exception 'user_id: expected an id, an external id or a phone, found nothing' using errcode = '22023';
    end if;
    v_id := cliente_resolver(dona, user_id);
    if v_id is null then
        select t.telefone into v_fone
        from telefone_normalizar(coalesce(metadata ->> 'phone_number', user_id)) t;
        if v_fone is null and metadata ? 'phone_number' then
            raise exception 'metadata: "phone_number" is no phone' using errcode = '22023';
        end if;
        if v_fone is null then
            raise exception 'user_id: the company knows nobody by it; metadata.phone_number would make them'
                using errcode = '22023';
        end if;
        v_id := (cliente_salvar(coalesce(metadata ->> 'nome', metadata ->> 'name', ''), v_fone,
            metadata => case when metadata ? 'phone_number' then jsonb_build_object('externo_id', btrim(user_id)) end,
            empresa => dona::text)).id;
    end if;
    select c.* into pessoa from clientes c where c.id = v_id for no key update;
    return pessoa;
end
$$;
