-- agenda_executar: runs a schedule now, by hand, switched off or not, for the company or (left out) for
-- all that it acts for. Returns the firing: its result, or what went wrong. The next run stays as it was.
create or replace function agenda_executar(nome text, empresa text default null)
returns agenda_disparos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := case when agenda_executar.empresa is not null then empresa_resolver(agenda_executar.empresa) end;
    a agendas := agenda_find(agenda_executar.nome, dona);
    v_ocorrencia timestamptz := agora();
begin
    perform from agendas k where k.id = a.id for update; -- after a run that is at work
    while exists (select 1 from agenda_disparos d where d.agenda_id = a.id and d.ocorrencia = v_ocorrencia) loop
        v_ocorrencia := v_ocorrencia + interval '1 microsecond';
    end loop;
    insert into auditoria (empresa_id, action, alvo, payload)
    values (coalesce(dona, a.empresa_id), 'agenda_executada', a.nome, jsonb_build_object('ocorrencia', v_ocorrencia));
    return agenda_fire(a, dona, v_ocorrencia, true);
end
$$;
grant execute on function agenda_executar(text, text) to carteiro_ops_escrita;
