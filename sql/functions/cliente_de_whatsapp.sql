-- cliente_de_whatsapp: the person of the company that writes from this wa_id, made when unknown.
--
-- Looked up by the wa_id learned, then by the phone and its variants (the ninth digit); never
-- rewritten and never merged with another. Whoever asked not to be written to stays an optout, also
-- when nothing but the suppression remembers them.
create or replace function cliente_de_whatsapp(empresa uuid, wa_id text, nome text default null)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    achado uuid;
    fone constant text := '+' || wa_id;
begin
    select i.cliente_id into achado
    from identidades i
    where i.empresa_id = cliente_de_whatsapp.empresa and i.tipo = 'wa_id' and i.valor = cliente_de_whatsapp.wa_id;
    if achado is null then
        achado := cliente_localizar(empresa, fone);
    end if;
    if achado is null then
        insert into clientes (empresa_id, nome, primeiro_nome, telefone, status)
        values (cliente_de_whatsapp.empresa, coalesce(cliente_de_whatsapp.nome, ''),
            coalesce(nome_primeiro(cliente_de_whatsapp.nome), ''), fone,
            case when supressao_existe(cliente_de_whatsapp.empresa, fone) then 'optout' else 'ativo' end)
        on conflict on constraint clientes_telefone_unico do nothing
        returning id into achado;
        if achado is null then -- another gateway made the same person meanwhile
            select c.id into achado
            from clientes c
            where c.empresa_id = cliente_de_whatsapp.empresa and c.telefone = fone;
        end if;
        insert into identidades (empresa_id, cliente_id, tipo, valor)
        values (cliente_de_whatsapp.empresa, achado, 'telefone', fone)
        on conflict on constraint identidades_unica do nothing;
    end if;
    insert into identidades (empresa_id, cliente_id, tipo, valor)
    values (cliente_de_whatsapp.empresa, achado, 'wa_id', cliente_de_whatsapp.wa_id)
    on conflict on constraint identidades_unica do nothing;
    return achado;
end
$$;
