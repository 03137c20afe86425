-- supressao_pessoa: this person is not to be written to any more, by whatever they are known: the phone, and the phones
-- that they wrote from. See supressao_aplicar.
create or replace function supressao_pessoa(pessoa clientes, motivo text, canal text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform supressao_aplicar(pessoa.empresa_id, f.fone, supressao_pessoa.motivo, supressao_pessoa.canal)
    from (
        select pessoa.telefone as fone
        where pessoa.telefone is not null
        union
        select case i.tipo when 'wa_id' then '+' || i.valor else i.valor end
        from identidades i
        where i.cliente_id = pessoa.id and i.tipo in ('telefone', 'wa_id') and i.valor ~ '^\+?[0-9]+$') as f
    order by f.fone;
    update clientes c
    set status = 'optout', marketing_permitido = false, updated_at = agora()
    where c.id = pessoa.id and (c.status <> 'optout' or c.marketing_permitido);
    perform fila_cancelar_cliente(pessoa.id, 'optout');
end
$$;
