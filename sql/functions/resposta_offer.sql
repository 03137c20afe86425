-- resposta_offer: offers free slots under the text of `regra` (agenda.book). Without any a person is asked, and the
-- text says that one will call.
create or replace function resposta_offer(r respostas, regra text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendamentos;
    v_slots jsonb;
begin
    select x.* into a from agendamentos x where x.id = r.agendamento_id;
    v_slots := resposta_slots(r.empresa_id, a.profissional);
    if v_slots is null and a.profissional is not null then
        v_slots := resposta_slots(r.empresa_id, null);
    end if;
    if v_slots is null then
        perform resposta_send(r, 'resposta_sem_horario');
        perform resposta_ask(r.id, 'quer marcar, e não há horários livres');
        return;
    end if;
    update respostas p set opcoes = v_slots, agendamento_id = r.agendamento_id where p.id = r.id;
    perform resposta_send(r, resposta_offer.regra, '{}',
        resposta_list(r.id, v_slots, (select e.fuso from empresas e where e.id = r.empresa_id)));
    perform resposta_done(r.id, 'agenda.book');
end
$$;
