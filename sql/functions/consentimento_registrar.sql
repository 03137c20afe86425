-- consentimento_registrar: this person allowed messages of this purpose (marketing,
-- transacional), in these words, by this channel, and here lies the proof (LGPD art. 8).
-- Appends to the ledger and brings clientes.marketing_permitido in line. Returns the entry.
--
-- Who opted out stays out: only supressao_retirar undoes that. Raises 22023 naming the
-- argument.
create or replace function consentimento_registrar(
    cliente_id uuid, finalidade text, texto text,
    canal text default null, evidencia text default null)
returns consentimentos
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    pessoa clientes;
    entrada consentimentos;
begin
    pessoa := consentimento_pessoa(consentimento_registrar.cliente_id, consentimento_registrar.finalidade);
    if btrim(coalesce(consentimento_registrar.texto, '')) = '' then
        raise exception 'texto: expected the wording that the person agreed to, found nothing' using errcode = '22023';
    end if;
    insert into consentimentos as k (empresa_id, cliente_id, finalidade, acao, texto, canal, evidencia)
    values (pessoa.empresa_id, pessoa.id, consentimento_registrar.finalidade, 'concedido',
        btrim(consentimento_registrar.texto), coalesce(nullif(btrim(consentimento_registrar.canal), ''), 'sql'),
        nullif(btrim(consentimento_registrar.evidencia), ''))
    returning k.* into entrada;
    if entrada.finalidade = 'marketing' and not pessoa.marketing_permitido then
        update clientes c set marketing_permitido = true, updated_at = agora() where c.id = pessoa.id;
    end if;
    if pessoa.status = 'optout' then
        raise notice 'the person stays optout: supressao_retirar(telefone, motivo) is the way back';
    end if;
    return entrada;
end
$$;
grant execute on function consentimento_registrar(uuid, text, text, text, text) to carteiro_ops_escrita;
