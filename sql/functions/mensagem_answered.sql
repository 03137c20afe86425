-- mensagem_answered: a person wrote this message, which is kept: what waits for their silence stops, what was
-- asked is answered. An automatic greeting of another business is no answer.
--
-- The caller has locked person and conversation.
create or replace function mensagem_answered(recebida uuid)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    m mensagens_recebidas;
begin
    select x.* into m from mensagens_recebidas x where x.id = mensagem_answered.recebida;
    if (select k.classe from resposta_classificar(m.conteudo) k) = 'automatica' then
        return;
    end if;
    perform regra_answered(m.cliente_id, m.conversa_id, m.recebida_em); -- an answer ends what was going to ask again
    perform campanha_answered(m.cliente_id, m.conversa_id, m.recebida_em, m.resposta_a); -- the list of the campaign keeps it
    perform proativo_answered(m.cliente_id, m.conversa_id, m.recebida_em); -- an owner's brings the full text
    perform resposta_note(m);
    if current_setting('carteiro.followup', true) = 'true' then
        perform followup_after_message(m);
    end if;
end
$$;
