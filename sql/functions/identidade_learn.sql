-- identidade_learn: this person is known by this wa_id (digits) or user id since `em`. Returns whether that is new.
-- The caller has found nobody else who holds it (identidade_find); what its person had left goes over.
--
-- Who had no phone gets it. A no holds for every name of a person: of whoever opted out, the new one is
-- suppressed too, and who is learnt to be behind a suppressed one is an optout.
create or replace function identidade_learn(pessoa uuid, valor text, em timestamptz)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_id constant text := bsuid_ler(identidade_learn.valor);
    v_fone constant text := '+' || wa_id_ler(identidade_learn.valor);
    v_quem clientes;
    v_antes uuid;
    v_fim timestamptz;
    v_novas integer := 0;
    nova record;
begin
    select c.* into strict v_quem from clientes c where c.id = pessoa;
    for nova in
        select 'bsuid' as tipo, v_id as valor where v_id is not null
        union all
        select 'wa_id', substr(v_fone, 2) where v_fone is not null
        union all
        select 'telefone', v_fone
        where v_fone is not null
          and case when v_quem.telefone in (v_fone, (telefone_variantes(v_fone))[1]) then false
                   else cliente_localizar(v_quem.empresa_id, v_fone) is distinct from pessoa end
    loop
        select i.cliente_id, i.encerrada_em into v_antes, v_fim
        from identidades i
        where i.empresa_id = v_quem.empresa_id and i.tipo = nova.tipo and i.valor = nova.valor;
        continue when v_antes is not null and (v_fim is null or v_fim >= identidade_learn.em);
        insert into identidades as i (empresa_id, cliente_id, tipo, valor)
        values (v_quem.empresa_id, pessoa, nova.tipo, nova.valor)
        on conflict on constraint identidades_unica do update
        set cliente_id = excluded.cliente_id, encerrada_em = null
        where i.encerrada_em < identidade_learn.em;
        if found then
            v_novas := v_novas + 1;
            if v_antes <> pessoa then
                insert into auditoria (empresa_id, action, alvo, payload)
                values (v_quem.empresa_id, 'identidade_passou', 'cliente ' || pessoa,
                    jsonb_build_object('tipo', nova.tipo, 'de', v_antes));
            end if;
        end if;
    end loop;
    if v_novas = 0 then
        return false;
    end if;
    if v_quem.telefone is null and v_fone is not null then
        update clientes c set telefone = v_fone, fuso = coalesce(c.fuso, telefone_fuso(v_fone)), updated_at = agora()
        where c.id = pessoa;
    end if;
    if v_quem.status = 'optout' or supressao_existe(v_quem.empresa_id, coalesce(v_id, v_fone)) then
        perform supressao_aplicar(v_quem.empresa_id, coalesce(v_id, v_fone), 'outra identidade da mesma pessoa', 'whatsapp');
    end if;
    return true;
end
$$;
