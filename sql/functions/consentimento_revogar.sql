-- consentimento_revogar: this person withdrew their consent to messages of this purpose.
-- Appends to the ledger (also when nothing was in force: the wish is kept), brings
-- clientes.marketing_permitido in line and cancels the marketing messages that wait for them.
-- Returns the entry. Raises 22023 naming the argument.
create or replace function consentimento_revogar(
    cliente_id uuid, finalidade text,
    canal text default null, evidencia text default null)
returns consentimentos
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    pessoa clientes;
    entrada consentimentos;
begin
    pessoa := consentimento_pessoa(consentimento_revogar.cliente_id, consentimento_revogar.finalidade);
    insert into consentimentos as k (empresa_id, cliente_id, finalidade, acao, canal, evidencia)
    values (pessoa.empresa_id, pessoa.id, consentimento_revogar.finalidade, 'revogado',
        coalesce(nullif(btrim(consentimento_revogar.canal), ''), 'sql'),
        nullif(btrim(consentimento_revogar.evidencia), ''))
    returning k.* into entrada;
    if entrada.finalidade = 'marketing' then
        update clientes c set marketing_permitido = false, updated_at = agora()
        where c.id = pessoa.id and c.marketing_permitido;
        perform fila_cancelar_cliente(pessoa.id, 'sem_consentimento', true);
    end if;
    return entrada;
end
$$;
grant execute on function consentimento_revogar(uuid, text, text, text) to carteiro_ops_escrita;
