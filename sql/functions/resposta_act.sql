-- resposta_act: does what an answer of this class asks for, and says so in its row. The caller holds person and answer.
--
-- Only what is sure is done: a question, words that nobody knows, a medium, an answer about several appointments at
-- once go to a person, and nothing is sent. While a person holds the conversation only leaving, coming back, a wrong
-- number and a choice are acted on.
create or replace function resposta_act(r respostas, classe text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_pergunta constant text := coalesce(r.pergunta, '');
    is_com_pessoa constant boolean := exists (
        select 1 from conversas k where k.id = r.conversa_id and k.controlada_por = 'humano');
begin
    if resposta_act.classe = 'automatica' then
        perform resposta_done(r.id, 'nada');
    elsif resposta_act.classe in ('optout', 'numero_errado') then
        perform resposta_leave(r, resposta_act.classe);
    elsif resposta_act.classe = 'volta' then
        perform resposta_return(r);
    elsif exists (select 1 from clientes c where c.id = r.cliente_id and c.status = 'optout') then
        if exists (
                select 1
                from respostas o
                where o.cliente_id = r.cliente_id and o.acao = 'suprimir' and o.id <> r.id
                  and o.recebida_em > r.recebida_em - interval '5 minutes') then
            perform resposta_done(r.id, 'nada'); -- said in the breath in which they left
        else
            perform resposta_ask(r.id, 'pediu para sair, e voltou a escrever');
        end if;
    elsif resposta_act.classe = 'optout_duvida' then
        perform conversa_assumir(r.conversa_id, 'carteiro: parece pedir para sair');
        perform resposta_ask(r.id, 'parece pedir para não receber mais mensagens');
    elsif resposta_act.classe = 'escolha' then
        perform resposta_choose(r);
    elsif is_com_pessoa then
        perform resposta_ask(r.id, 'a conversa está com uma pessoa');
    elsif resposta_act.classe = 'remarcar' and (r.botao = 'remarcar' or v_pergunta = 'lembrete') then
        perform resposta_rebook(r);
    elsif v_pergunta = 'lembrete' and resposta_act.classe in ('confirmar', 'cancelar') then
        perform resposta_reminder(r, resposta_act.classe);
    elsif v_pergunta in ('pos_servico', 'falta') and resposta_act.classe in ('positiva', 'negativa', 'feedback') then
        perform resposta_after_visit(r, resposta_act.classe);
    else
        perform resposta_ask(r.id, case
            when resposta_act.classe in ('positiva', 'negativa') and v_pergunta = '' then 'a pergunta já não está aberta'
            when resposta_act.classe = 'pergunta' then 'fez uma pergunta'
            when resposta_act.classe = 'midia' then 'respondeu com áudio, imagem ou outra mídia'
            else 'não deu para entender a resposta' end);
    end if;
end
$$;
