-- agendamento_change: turns an appointment, locked, from what it was into what agendamento_salvar read, voids
-- what was planned of another time or person, and plans anew. `novo_status` null: as it follows.
create or replace function agendamento_change(antes agendamentos, depois agendamentos, novo_status text)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    is_outro constant boolean := (depois.cliente_id, depois.inicio) is distinct from (antes.cliente_id, antes.inicio);
    is_movido constant boolean := is_outro or depois.fim <> antes.fim;
begin
    if is_outro and depois.status <> 'cancelado' then
        depois.status := 'agendado';
    end if;
    if is_outro then
        depois.followup_enviado_em := null;
        depois.followup_resposta := null;
    end if;
    depois.versao := antes.versao + is_movido::integer;
    if depois is distinct from antes then
        update agendamentos x
        set cliente_id = depois.cliente_id, inicio = depois.inicio, fim = depois.fim, servico = depois.servico,
            profissional = depois.profissional, valor = depois.valor, pet_id = depois.pet_id,
            externo_id = depois.externo_id, permite_followup = depois.permite_followup, metadata = depois.metadata,
            status = depois.status, status_informado = depois.status_informado, versao = depois.versao,
            followup_enviado_em = depois.followup_enviado_em, followup_resposta = depois.followup_resposta,
            updated_at = agora()
        where x.id = antes.id;
    end if;
    if is_movido then
        perform disparo_cancel(antes.id, 'remarcado');
        insert into auditoria (empresa_id, action, alvo, payload)
        values (antes.empresa_id, 'agendamento_remarcado', antes.id::text,
            jsonb_build_object('de', antes.inicio, 'para', depois.inicio, 'versao', depois.versao));
    elsif antes.permite_followup and not depois.permite_followup then
        perform disparo_cancel(antes.id, 'sem permissão de follow-up', '{pos_atendimento}');
    end if;
    if novo_status is not null and novo_status <> depois.status then
        perform agendamento_status(antes.id, novo_status); -- plans too
    else
        perform agendamento_plan(antes.id);
    end if;
end
$$;
