-- resposta_after_visit: yes, no or an opinion about a visit (pos_servico), or from who did not come (falta).
--
-- Yes offers free slots; the same answer again changes nothing. Of a visit the answer is kept with the appointment, audited and counted
-- (agendamento_responder); an opinion from who did not come goes to a person.
create or replace function resposta_after_visit(r respostas, classe text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_resposta constant text := case resposta_after_visit.classe when 'positiva' then 'positive' when 'negativa' then 'negative'
        else 'feedback' end;
begin
    if r.pergunta = 'pos_servico' and r.resolvida_em is null and exists (
            select 1 from agendamentos a where a.id = r.agendamento_id and a.followup_resposta = v_resposta) then
        perform resposta_done(r.id, 'nada'); -- touched twice
        return;
    end if;
    if r.pergunta = 'pos_servico' then
        perform agendamento_responder(r.agendamento_id, v_resposta, case v_resposta when 'feedback' then (
            select string_agg(m.conteudo, E'\n' order by m.recebida_em, m.id)
            from mensagens_recebidas m
            where m.id = any (r.recebidas)) end);
        update mensagens_recebidas m set intencao = 'followup_' || v_resposta where m.id = any (r.recebidas);
    elsif v_resposta = 'feedback' then
        perform resposta_ask(r.id, 'explicou a falta');
        return;
    end if;
    if v_resposta = 'positive' then
        perform resposta_offer(r, 'resposta_positiva');
    else
        perform resposta_send(r, case v_resposta when 'negative' then 'resposta_negativa' else 'resposta_feedback' end);
        perform resposta_done(r.id, 'agradecer');
    end if;
end
$$;
