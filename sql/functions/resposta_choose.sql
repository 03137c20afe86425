-- resposta_choose: a row of a list of ours was chosen: books that slot, confirms, and what it brings is planned.
--
-- Taken meanwhile, or in the past: new slots, with an apology. Chosen again: nothing; another row, of this list
-- or of another about the same visit, moves what the first one booked. What was asked to move (a reminder's appointment that still stands) is moved,
-- else a new appointment is made. Two choices of one company are served one after the other.
create or replace function resposta_choose(r respostas)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    oferta respostas;
    slot jsonb;
    antes agendamentos;
    feito agendamentos;
    v_marcado uuid;
    v_inicio timestamptz;
    v_fim timestamptz;
begin
    select o.* into oferta
    from respostas o
    where o.id = split_part(r.botao, ':', 2)::bigint and o.cliente_id = r.cliente_id;
    slot := oferta.opcoes -> split_part(r.botao, ':', 3)::integer;
    if slot is null then
        perform resposta_ask(r.id, 'escolheu um horário de uma lista que não existe mais');
        return;
    end if;
    v_inicio := slot ->> 'inicio';
    v_fim := slot ->> 'fim';
    perform pg_advisory_xact_lock(hashtextextended('agenda ' || r.empresa_id, 0));
    v_marcado := coalesce(oferta.marcado_id, (
        select o.marcado_id
        from respostas o
        where o.cliente_id = r.cliente_id and o.agendamento_id = oferta.agendamento_id and o.marcado_id is not null
        order by o.id desc
        limit 1));
    r.agendamento_id := coalesce(v_marcado, oferta.agendamento_id);
    update respostas p set agendamento_id = r.agendamento_id, is_mudanca = oferta.is_mudanca where p.id = r.id;
    select a.* into antes from agendamentos a where a.id = r.agendamento_id;
    if v_marcado is not null and antes.inicio = v_inicio and antes.status in ('agendado', 'confirmado') then
        perform resposta_done(r.id, 'nada');
        return;
    end if;
    if not exists (
            select 1
            from horarios_livres(r.empresa_id, v_inicio, v_inicio + interval '1 second', slot ->> 'profissional') h
            where h.inicio = v_inicio and h.fim = v_fim and h.profissional is not distinct from slot ->> 'profissional') then
        perform resposta_offer(r, 'resposta_ocupado');
        return;
    end if;
    if antes.status in ('agendado', 'confirmado') and (v_marcado is not null or oferta.is_mudanca) then
        feito := agendamento_salvar(id => antes.id, inicio => v_inicio, fim => v_fim, status => 'agendado',
            profissional => slot ->> 'profissional');
    else
        feito := agendamento_salvar(cliente_id => r.cliente_id, inicio => v_inicio, fim => v_fim, servico => antes.servico,
            profissional => slot ->> 'profissional', permite_followup => antes.permite_followup, pet_id => antes.pet_id,
            empresa => r.empresa_id::text);
    end if;
    update respostas o
    set marcado_id = feito.id, escolha = split_part(r.botao, ':', 3)::integer, updated_at = agora()
    where o.id = oferta.id;
    update respostas p set marcado_id = feito.id where p.id = r.id;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (r.empresa_id, 'agenda.book', feito.id::text, jsonb_build_object('resposta_id', r.id, 'inicio', feito.inicio));
    perform resposta_send(r, 'resposta_marcado', resposta_when(r.empresa_id, feito.inicio));
    perform resposta_done(r.id, 'marcar');
end
$$;
