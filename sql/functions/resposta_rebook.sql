-- resposta_rebook: whoever wants another time is offered free slots; the choice moves the appointment, or makes a new
-- one where it was cancelled. One of several: a person is asked which.
create or replace function resposta_rebook(r respostas)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    if r.botao = 'remarcar' and r.agendamento_id is null then -- the button under "foi cancelado"
        select o.agendamento_id into r.agendamento_id
        from respostas o
        where o.cliente_id = r.cliente_id and o.acao = 'cancelar' and o.agendamento_id is not null
        order by o.id desc
        limit 1;
        update respostas p set agendamento_id = r.agendamento_id where p.id = r.id;
    end if;
    if cardinality(resposta_appointments(r)) > 1 then
        perform resposta_ask(r.id, 'quer remarcar, e o lembrete falava de mais de uma consulta');
    elsif r.agendamento_id is null then
        perform resposta_ask(r.id, 'quer remarcar, e não se sabe qual consulta');
    else
        perform resposta_audit(r, 'remarcar');
        update respostas p set is_mudanca = true where p.id = r.id;
        perform resposta_offer(r, 'resposta_horarios');
    end if;
end
$$;
