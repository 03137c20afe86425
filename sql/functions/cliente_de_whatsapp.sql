-- cliente_de_whatsapp: the person of the company that writes from this wa_id, this user id (BSUID) or both, made
-- when unknown. One of the two may be null; `em` is when they wrote.
--
-- Looked up by what was learnt, the phone then by its variants too (the ninth digit); never rewritten and
-- never merged with another: when the two are two people's, the phone's is taken and a person is asked.
-- What is known of the two for the first time is learnt. Whoever asked not to be written to stays an
-- optout, also when nothing but the suppression remembers them.
create or replace function cliente_de_whatsapp(empresa uuid, wa_id text, nome text default null, user_id text default null,
    em timestamptz default null)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_em constant timestamptz := coalesce(em, agora());
    v_fone constant text := '+' || wa_id;
    v_nome constant text := left(coalesce(btrim(nome), ''), 200);
    por_fone record;
    por_id record;
    achado uuid;
    outro uuid;
begin
    select * into por_fone from identidade_find(empresa, wa_id, v_em);
    select * into por_id from identidade_find(empresa, user_id, v_em);
    if por_fone.is_antiga then
        por_fone.pessoa := null;
    end if;
    if por_id.is_antiga then
        por_id.pessoa := null;
    end if;
    achado := coalesce(por_fone.pessoa, por_id.pessoa);
    if achado is null then
        insert into clientes (empresa_id, nome, primeiro_nome, telefone, fuso, status)
        values (empresa, v_nome, coalesce(nome_primeiro(v_nome), ''), v_fone,
            case when v_fone is not null then telefone_fuso(v_fone) end,
            case when supressao_existe(empresa, v_fone) or supressao_existe(empresa, user_id) then 'optout' else 'ativo' end)
        on conflict on constraint clientes_telefone_unico do nothing
        returning id into achado;
        if achado is null then -- another gateway made the same person meanwhile
            select c.id into achado from clientes c where c.empresa_id = empresa and c.telefone = v_fone;
        elsif v_fone is not null then
            insert into identidades as i (empresa_id, cliente_id, tipo, valor)
            values (empresa, achado, 'telefone', v_fone)
            on conflict on constraint identidades_unica do update
            set cliente_id = excluded.cliente_id, encerrada_em = null
            where i.encerrada_em < v_em;
        end if;
    end if;
    if wa_id is not null and (por_fone.pessoa is null or por_fone.is_propria is not true) then
        perform identidade_learn(achado, wa_id, v_em);
    end if;
    if por_id.pessoa <> achado then
        perform identidade_conflict(empresa, achado, por_id.pessoa, 'uma mensagem traz o número de uma e o código da outra');
    elsif user_id is not null and (por_id.pessoa is null or por_id.is_antiga) then
        perform identidade_learn(achado, user_id, v_em);
        select i.cliente_id into outro
        from identidades i
        where i.empresa_id = empresa and i.tipo = 'bsuid' and i.valor = user_id;
        if outro <> achado and v_fone is null then -- made without a phone by another gateway meanwhile
            delete from clientes c where c.id = achado;
            achado := outro;
        end if;
    end if;
    return achado;
end
$$;
