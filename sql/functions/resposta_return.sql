-- resposta_return: who had asked not to be written to wants to be again: undoes the suppression of the company, and the
-- withdrawal of the consent that went with it; one text says so.
create or replace function resposta_return(r respostas)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_fone text;
    v_antes consentimentos;
begin
    for v_fone in
        select c.telefone from clientes c where c.id = r.cliente_id and c.telefone is not null
        union
        select case i.tipo when 'wa_id' then '+' || i.valor else i.valor end
        from identidades i
        where i.cliente_id = r.cliente_id and i.tipo in ('telefone', 'wa_id') and i.valor ~ '^\+?[0-9]+$'
        order by 1
    loop
        delete from supressoes s
        where s.empresa_id = r.empresa_id and s.hash = supressao_hash(supressao_chave(), r.empresa_id, v_fone);
    end loop;
    update clientes c set status = 'ativo', updated_at = agora() where c.id = r.cliente_id and c.status = 'optout';
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
