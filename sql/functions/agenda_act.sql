-- agenda_act: one firing of a schedule: its action, for each company that it acts for (`so`: for that one
-- alone). Returns the counts of all together, `empresas` (how many), `falhas` and `erro` where one failed,
-- and for followups `text`, the summary that Slack takes.
--
-- A company that fails leaves nothing behind and stops no other. A deadlock is not its own: it goes up,
-- and all of it is done again.
create or replace function agenda_act(agenda agendas, so uuid, ocorrencia timestamptz)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    e empresas;
    v_total jsonb := '{}';
    v_empresas integer := 0;
    v_falhas integer := 0;
    v_erro text;
begin
    if agenda.acao = 'campanhas' then -- it looks at those of all companies
        return jsonb_build_object('iniciadas', (select count(*) from campanha_due()));
    end if;
    for e in select k.* from agenda_empresas(agenda) k where so is null or k.id = so loop
        begin
            v_total := agenda_sum(v_total, agenda_do(agenda.acao, e.id, ocorrencia));
            v_empresas := v_empresas + 1;
        exception
            when serialization_failure or deadlock_detected then
                raise;
            when others then
                v_falhas := v_falhas + 1;
                v_erro := coalesce(v_erro, left(e.nome || ': ' || sqlerrm, 300));
                insert into auditoria (empresa_id, action, alvo, payload)
                values (e.id, 'agenda_falhou', agenda.nome,
                    jsonb_build_object('ocorrencia', ocorrencia, 'erro', left(sqlerrm, 300)));
        end;
    end loop;
    v_total := v_total || jsonb_build_object('empresas', v_empresas);
    if agenda.acao = 'followups' then
        v_total := v_total || jsonb_build_object('text', '📩 Follow-ups agendados: ' || coalesce(v_total ->> 'agendados', '0'));
    end if;
    if v_falhas > 0 then
        v_total := v_total || jsonb_build_object('falhas', v_falhas, 'erro', v_erro);
    end if;
    return v_total - 'resumo';
end
$$;
