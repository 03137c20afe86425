-- webhook_consent: the person said to WhatsApp itself, at `em`, that they want marketing of this company
-- (`is_aceito`) or no more of it. Keeps it in the ledger with its evidence; a no cancels what of marketing waits.
-- Returns whether it was news.
--
-- What is not newer than WhatsApp's last word changes nothing; of the same second a no counts. A yes lifts no
-- opt-out that they asked of the company itself: whoever is optout stays one. `is_sinal`: not the wish itself but
-- a sign of it (error 131050), kept where nothing says so yet.
create or replace function webhook_consent(pessoa uuid, is_aceito boolean, evidencia text, em timestamptz,
    is_sinal boolean default false)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    v_quem clientes;
    v_ultima consentimentos;
begin
    select c.* into strict v_quem from clientes c where c.id = pessoa for no key update;
    select k.* into v_ultima
    from consentimentos k
    where k.cliente_id = pessoa and k.finalidade = 'marketing' and k.ocorrido_em is not null
    order by k.ocorrido_em desc, k.id desc
    limit 1;
    if v_ultima.ocorrido_em > em
            or v_ultima.ocorrido_em = em and (v_ultima.acao = 'revogado' or is_aceito)
            or is_sinal and v_ultima.acao = 'revogado' and not v_quem.marketing_permitido then
        return false;
    end if;
    insert into consentimentos (empresa_id, cliente_id, finalidade, acao, texto, canal, evidencia, ocorrido_em)
    values (v_quem.empresa_id, pessoa, 'marketing', case when is_aceito then 'concedido' else 'revogado' end,
        case when is_aceito then 'Voltou a aceitar as mensagens de marketing desta empresa no WhatsApp' end,
        'whatsapp', webhook_consent.evidencia, webhook_consent.em);
    update clientes c
    set marketing_permitido = is_aceito, updated_at = agora()
    where c.id = pessoa and c.marketing_permitido <> is_aceito;
    if not is_aceito then
        perform fila_cancelar_cliente(pessoa, 'sem_consentimento', true);
    end if;
    return true;
end
$$;
