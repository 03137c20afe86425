-- resposta_reminder: the answer to a reminder: confirmar confirms all that the message spoke of, cancelar frees the
-- slot and offers another. Whoever confirms twice is answered once. To cancel one of several a person is asked.
create or replace function resposta_reminder(r respostas, classe text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_ids constant uuid[] := resposta_appointments(r);
    v_quando timestamptz;
    v_novas integer;
begin
    if cardinality(v_ids) = 0 and r.resolvida_em is not null then
        raise exception 'id: the appointment has changed since; nothing was done' using errcode = '55000';
    elsif cardinality(v_ids) = 0 then
        perform resposta_ask(r.id, 'a consulta mudou depois do lembrete');
        return;
    end if;
    perform agendamentos_lock(v_ids);
    if resposta_reminder.classe = 'cancelar' and cardinality(v_ids) > 1 then
        perform resposta_ask(r.id, 'quer cancelar, e o lembrete falava de mais de uma consulta');
        return;
    end if;
    select min(a.inicio), count(*) filter (where a.status = 'agendado') into v_quando, v_novas
    from agendamentos a
    where a.id = any (v_ids);
    perform resposta_audit(r, resposta_reminder.classe);
    if resposta_reminder.classe = 'confirmar' then
        perform agendamento_confirmar(u.id) from unnest(v_ids) as u (id) order by u.id;
        if v_novas > 0 then
            perform resposta_send(r, 'resposta_confirmado', resposta_when(r.empresa_id, v_quando));
        end if;
        perform resposta_done(r.id, 'confirmar');
    else
        perform agendamento_cancelar(v_ids[1]);
        perform resposta_send(r, 'resposta_cancelado', resposta_when(r.empresa_id, v_quando));
        perform resposta_done(r.id, 'cancelar');
    end if;
end
$$;
