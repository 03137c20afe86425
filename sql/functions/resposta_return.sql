-- resposta_return: who had asked not to be written to wants to be again: undoes the suppression of the company, and the
-- withdrawal of the consent that went with it; one text says so.
create or replace function resposta_return(r respostas)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_antes consentimentos;
begin
    perform supressao_retirar((select n from supressao_nomes(r.cliente_id) n limit 1), 'respondeu VOLTAR', r.empresa_id::text);
    select k.* into v_antes
    from consentimentos k
    where k.cliente_id = r.cliente_id and k.finalidade = 'marketing'
    order by k.id desc
    limit 1;
    if v_antes.acao = 'revogado' and v_antes.evidencia like 'supressão:%' then
        perform consentimento_registrar(r.cliente_id, 'marketing',
            'Respondeu VOLTAR à mensagem que confirmou a saída: "Se mudar de ideia, é só responder VOLTAR."', 'whatsapp',
            (select m.wamid from mensagens_recebidas m where m.id = r.recebidas[1]));
    end if;
    perform resposta_audit(r, 'volta');
    perform resposta_send(r, 'resposta_volta');
    perform resposta_done(r.id, 'voltar');
end
$$;
