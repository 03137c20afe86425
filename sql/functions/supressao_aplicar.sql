-- supressao_aplicar: the one way into supressoes: keeps the hash, turns everybody who is known
-- by a variant of the number into an optout, withdraws their marketing consent in the ledger
-- and cancels what waits for them. Repeating it changes nothing.
--
-- `telefone` is E.164, or the user id of whoever has no phone. A no holds for all that a person is known by:
-- each gets its hash, so that it is met again however they come back. Returns how many people and how many waiting messages it met.
create or replace function supressao_aplicar(
    empresa_id uuid, telefone text, motivo text, canal text,
    out clientes integer, out canceladas integer)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    formas text[] := supressao_aplicar.telefone || telefone_variantes(supressao_aplicar.telefone);
    pessoa record;
begin
    clientes := 0;
    canceladas := 0;
    insert into supressoes (empresa_id, hash, motivo)
    values (supressao_aplicar.empresa_id,
        supressao_hash(supressao_chave(), supressao_aplicar.empresa_id, supressao_aplicar.telefone),
        supressao_aplicar.motivo)
    on conflict on constraint supressoes_unica do nothing;

    for pessoa in
        select c.id, c.status, c.marketing_permitido
        from carteiro.clientes c
        where c.empresa_id = supressao_aplicar.empresa_id
          and (c.telefone = any (formas) or c.id in (
              select i.cliente_id
              from identidades i
              where i.empresa_id = supressao_aplicar.empresa_id
                and i.tipo in ('telefone', 'bsuid')
                and i.encerrada_em is null
                and i.valor = any (formas)))
        order by c.id
        for update
    loop
        clientes := clientes + 1;
        insert into supressoes (empresa_id, hash, motivo)
        select distinct supressao_aplicar.empresa_id,
            supressao_hash(supressao_chave(), supressao_aplicar.empresa_id, n.nome), supressao_aplicar.motivo
        from supressao_nomes(pessoa.id) as n (nome)
        order by 2
        on conflict on constraint supressoes_unica do nothing;
        if pessoa.marketing_permitido then
            insert into consentimentos (empresa_id, cliente_id, finalidade, acao, canal, evidencia)
            values (supressao_aplicar.empresa_id, pessoa.id, 'marketing', 'revogado', supressao_aplicar.canal,
                'supressão: ' || supressao_aplicar.motivo);
        end if;
        if pessoa.status <> 'optout' or pessoa.marketing_permitido then
            update carteiro.clientes c
            set status = 'optout', marketing_permitido = false, updated_at = agora()
            where c.id = pessoa.id;
        end if;
        canceladas := canceladas + coalesce(fila_cancelar_cliente(pessoa.id, 'optout'), 0);
    end loop;
end
$$;
