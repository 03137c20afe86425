-- agendamento_no_shows: plans the message to who did not come: an hour after the start (the rule's atraso)
-- and not before the end, only of appointments still agendado or confirmado, only where the company
-- marks attendance. The message after the visit is void with it; where that has left already, nobody is told
-- that they were missed. Returns {planejados} and {pulados {motivo: n}}, or {pulado}.
--
-- Not of those that ended more than a day ago: nobody gets a pile of them when a company begins to mark.
create or replace function agendamento_no_shows(empresa uuid)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_regra regras_followup;
    a agendamentos;
    v_alvos uuid[];
    v_planejados integer := 0;
    v_pulados integer := 0;
    v_vez text;
begin
    if not (select e.marca_presenca from empresas e where e.id = agendamento_no_shows.empresa) then
        return jsonb_build_object('planejados', 0, 'pulado', 'a empresa não marca presença');
    end if;
    v_regra := regra_get('falta', agendamento_no_shows.empresa);
    if not v_regra.ativa then
        return jsonb_build_object('planejados', 0, 'pulado', 'regra desativada');
    end if;
    v_alvos := array(
        select x.id
        from agendamentos x
        where x.empresa_id = agendamento_no_shows.empresa
          and x.inicio between v_agora - interval '9 days' and v_agora -- a visit lasts a week at most
          and x.status in ('agendado', 'confirmado')
          and greatest(x.inicio + v_regra.atraso, x.fim) between v_agora - interval '1 day' and v_agora);
    perform agendamentos_lock(v_alvos);
    for a in
        select x.* from agendamentos x where x.id = any (v_alvos) order by x.id
    loop
        v_vez := agendamento_vez(a, v_regra.id);
        continue when v_vez is null
            or a.status not in ('agendado', 'confirmado')
            or greatest(a.inicio + v_regra.atraso, a.fim) > v_agora;
        perform disparo_cancel(a.id, 'não compareceu', '{pos_atendimento}');
        if exists (
                select 1
                from disparos d
                join regras_followup r on r.id = d.regra_id and r.nome = 'pos_atendimento'
                where d.alvo_id = a.id and d.status in ('enfileirado', 'enviado')
                  and (d.metadata ->> 'data')::timestamptz = a.inicio) then
            v_pulados := v_pulados + 1;
            continue;
        end if;
        perform disparo_plan(v_regra.nome, a.empresa_id, a.id, v_vez, a.cliente_id, v_agora, null, agendamento_metadata(a));
        v_planejados := v_planejados + 1;
    end loop;
    return jsonb_build_object('planejados', v_planejados) || case when v_pulados > 0
        then jsonb_build_object('pulados', jsonb_build_object('recebeu a mensagem de depois do atendimento', v_pulados))
        else '{}' end;
end
$$;
