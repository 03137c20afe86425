-- mensagem_answered: a person wrote this message, which is kept: what waits for their silence stops, what was
-- asked is answered. An automatic greeting of another business is no answer, nor is what is said in a group.
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
    nossa record;
begin
    select x.* into m from mensagens_recebidas x where x.id = mensagem_answered.recebida;
    if m.carga ? 'group_id' or resposta_note(m) = 'automatica' then
        return;
    end if;
    perform regra_answered(m.cliente_id, m.conversa_id, m.recebida_em); -- an answer ends what was going to ask again
    select a.* into nossa from mensagem_attribute(m) a;
    if nossa.id is not null then
        update mensagens_recebidas x set mensagem_id = nossa.id where x.id = m.id;
    end if;
    if nossa.origem = 'campanha' then
        perform campanha_answered(m.cliente_id, nossa.id, nossa.origem_id, m.recebida_em);
    end if;
    perform proativo_answered(m.cliente_id, m.conversa_id, m.recebida_em); -- an owner's brings the full text
    if current_setting('carteiro.followup', true) = 'true' then
        perform followup_after_message(m);
    end if;
end
$$;
