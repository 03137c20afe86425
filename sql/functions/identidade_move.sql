-- identidade_move: the person who is known by one of `quem` left `de` (null: nothing) for `para` at `em`; each is a
-- wa_id or a user id, nulls and nonsense passed over. Returns the person; null when nobody is known by these.
--
-- What waits for them goes to the new number. Whoever had opted out has under the new one too, also when only
-- the suppression remembers them. Is one of `para` somebody else's, nothing changes and a person is asked.
create or replace function identidade_move(empresa uuid, quem text[], de text, para text[], em timestamptz)
returns uuid
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_quem constant text[] := array(
        select coalesce(bsuid_ler(q), wa_id_ler(q)) from unnest(quem) as q where coalesce(bsuid_ler(q), wa_id_ler(q)) is not null);
    v_para constant text[] := array(
        select coalesce(bsuid_ler(p), wa_id_ler(p)) from unnest(para) as p where coalesce(bsuid_ler(p), wa_id_ler(p)) is not null);
    v_de constant text := coalesce(bsuid_ler(de), wa_id_ler(de));
    v_fone text;
    v_velho text;
    pessoa uuid;
    um text;
    achado record;
    is_nova boolean := false;
begin
    foreach um in array v_quem loop
        select * into achado from identidade_find(empresa, um, identidade_move.em) where not is_antiga;
        pessoa := coalesce(pessoa, achado.pessoa);
    end loop;
    if pessoa is null then
        if exists (select 1 from unnest(v_quem) as q
                   where supressao_existe(empresa, coalesce(bsuid_ler(q), '+' || q))) then
            perform supressao_aplicar(empresa, coalesce(bsuid_ler(p), '+' || p), 'outra identidade da mesma pessoa', 'whatsapp')
            from unnest(v_para) as p;
        end if;
        return null;
    end if;
    foreach um in array v_para loop
        select * into achado from identidade_find(empresa, um, identidade_move.em);
        if achado.pessoa <> pessoa and not achado.is_antiga then
            perform identidade_conflict(empresa, pessoa, achado.pessoa, 'o novo número ou código de uma já era da outra');
            return pessoa;
        end if;
    end loop;
    foreach um in array v_para loop
        if identidade_learn(pessoa, um, identidade_move.em) then
            is_nova := true;
            v_fone := coalesce(v_fone, '+' || wa_id_ler(um)); -- news of the number, not an old one told again
        end if;
    end loop;
    if v_de is not null and v_de <> all (v_para) then
        update identidades i
        set encerrada_em = identidade_move.em
        where i.cliente_id = pessoa
          and i.encerrada_em is null
          and (i.tipo in ('bsuid', 'wa_id') and i.valor = v_de
               or i.tipo = 'telefone' and telefone_chave(i.valor) = telefone_chave('+' || v_de));
    end if;
    if v_fone is not null then
        select c.telefone into v_velho from clientes c where c.id = pessoa;
        update clientes c set telefone = v_fone, updated_at = agora() where c.id = pessoa and c.telefone <> v_fone;
        update fila_ativa f
        set destino = v_fone
        where f.id = any (array(
            select x.id
            from fila_ativa x
            where x.cliente_id = pessoa and x.status = 'pendente' and x.destino = v_velho
            order by x.id
            for update));
    end if;
    if is_nova then
        insert into auditoria (empresa_id, action, alvo, payload)
        values (empresa, 'identidade_mudou', 'cliente ' || pessoa, jsonb_build_object('em', identidade_move.em,
            'telefone', v_fone is not null));
    end if;
    return pessoa;
end
$$;
