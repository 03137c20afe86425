-- agenda_run_due: runs up to n schedules that are due, one occurrence of each or a part of it (agenda_fire).
-- Returns how many it took.
--
-- The planner takes one at a time, so that each has a transaction of its own. What another session holds
-- is passed over; agenda_disparos makes an occurrence run once. Whoever ran longest ago comes first, so a
-- long backlog of one (todas) keeps no other waiting. A row that cannot be read any more stops, with the
-- reason, until it is saved again.
create or replace function agenda_run_due(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    a agendas;
    p record;
    v_feitas integer := 0;
begin
    for a in
        select k.*
        from agendas k
        where k.proxima_em <= agora()
        order by k.ultima_em nulls first, k.id
        limit agenda_run_due.n
        for update skip locked
    loop
        v_feitas := v_feitas + 1;
        begin
            p := agenda_plan(a);
        exception
            when others then
                update agendas k set proxima_em = null, ultimo_erro = left('parada: ' || sqlerrm, 300) where k.id = a.id;
                insert into auditoria (empresa_id, action, alvo, payload)
                values (a.empresa_id, 'agenda_falhou', a.nome, jsonb_build_object('erro', left(sqlerrm, 300)));
                continue;
        end;
        update agendas k set proxima_em = p.proxima where k.id = a.id;
        if p.puladas_ate is not null then
            insert into agenda_disparos (agenda_id, ocorrencia, resultado)
            values (a.id, a.proxima_em, jsonb_build_object('puladas_ate', p.puladas_ate))
            on conflict on constraint agenda_disparos_pkey do nothing;
        end if;
        if p.vez is not null then
            if (agenda_fire(a, null, p.vez, false)).empresas_ate is not null then
                update agendas k set proxima_em = p.vez where k.id = a.id;
            end if;
        end if;
    end loop;
    return v_feitas;
end
$$;
grant execute on function agenda_run_due(integer) to carteiro_planner, carteiro_ops_escrita;
