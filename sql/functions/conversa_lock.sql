-- conversa_lock: this active conversation, locked, after its person: the order of everybody.
--
-- Raises 22023 that names `id`.
create or replace function conversa_lock(id uuid)
returns conversas
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    c conversas;
begin
    perform 1
    from clientes x
    where x.id = (select k.cliente_id from conversas k where k.id = conversa_lock.id)
    for no key update;
    select k.* into c from conversas k where k.id = conversa_lock.id for update;
    if c.id is null then
        raise exception 'id: there is no conversation %', coalesce(conversa_lock.id::text, 'without an id')
            using errcode = '22023';
    end if;
    if c.status <> 'ativa' then
        raise exception 'id: the conversation has ended' using errcode = '22023';
    end if;
    return c;
end
$$;
