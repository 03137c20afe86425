-- agendamento_no_shows: plans the message to who did not come: an hour after the start (the rule's atraso)
-- and not before the end, only of appointments still agendado or confirmado, only where the company
-- marks attendance. The message after the visit is void with it. Returns {planejados} or {pulado}.
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
    v_planejados integer := 0;
    v_vez text;
begin
    if not (select e.marca_presenca from empresas e where e.id = agendamento_no_shows.empresa) then
        return jsonb_build_object('planejados', 0, 'pulado', 'a empresa não marca presença');
    end if;
    v_regra := regra_get('falta', agendamento_no_shows.empresa);
    for a in
        select x.*
        from agendamentos x
        where x.empresa_id = agendamento_no_shows.empresa
          and x.inicio between v_agora - interval '2 days' and v_agora
          and x.status in ('agendado', 'confirmado')
          and greatest(x.inicio + v_regra.atraso, x.fim) between v_agora - interval '1 day' and v_agora
        order by x.id
        for update skip locked
    loop
        v_vez := agendamento_vez(a, v_regra.id);
        continue when v_vez is null;
        if disparo_plan(v_regra.nome, a.empresa_id, a.id, v_vez, a.cliente_id, v_agora, null,
                agendamento_metadata(a)) is not null then
            v_planejados := v_planejados + 1;
            perform disparo_cancel(a.id, 'não compareceu', '{pos_atendimento}');
        end if;
    end loop;
    return jsonb_build_object('planejados', v_planejados);
end
$$;
grant execute on function agendamento_no_shows(uuid) to carteiro_planner;
