-- cliente_resolver: the person of the company that `user_id` means: an id of ours, the id that another
-- system knows them by (metadata.externo_id), a phone, or an identity at WhatsApp; null when there is none.
create or replace function cliente_resolver(dona uuid, user_id text)
returns uuid
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_id constant text := btrim(user_id);
    v_fone text;
    achado uuid;
begin
    if v_id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        select c.id into achado from clientes c where c.id = v_id::uuid and c.empresa_id = dona;
    end if;
    if achado is null then
        select c.id into achado
        from (
            select x.id
            from clientes x
            where x.empresa_id = dona and x.metadata ? 'externo_id' and x.metadata ->> 'externo_id' = v_id
            offset 0) as c -- or people are walked by id until one has it
        order by c.id
        limit 1;
    end if;
    if achado is null then
        select t.telefone into v_fone from telefone_normalizar(v_id) t;
        achado := cliente_localizar(dona, v_fone);
    end if;
    if achado is null then
        select i.cliente_id into achado
        from identidades i
        where i.empresa_id = dona and i.tipo in ('wa_id', 'bsuid') and i.valor = v_id
        order by i.tipo
        limit 1;
    end if;
    return achado;
end
$$;
