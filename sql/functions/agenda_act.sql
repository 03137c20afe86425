-- agenda_act: one firing of a schedule, or a part of it: its action, for each company that it acts for (`so`: for
-- that one alone) whose id is after `depois`. Returns the counts of all together, `empresas` (how many), `falhas`
-- and `erro` where one failed, and for followups `text`, the summary that Slack takes.
--
-- Past `prazo` (null: none) it stops after the company it is at and says which, `empresas_ate`: the rest is for
-- another transaction. A company that fails leaves nothing behind and stops no other. A deadlock is not its
-- own: it goes up, and all of it is done again.
create or replace function agenda_act(agenda agendas, so uuid, ocorrencia timestamptz, depois uuid, prazo interval)
returns jsonb
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_inicio constant timestamptz := cronometro();
    e empresas;
    v_total jsonb := '{"empresas": 0}';
    v_ate uuid;
begin
    if agenda.acao = 'campanhas' then -- it looks at those of all companies
        return jsonb_build_object('iniciadas', (select count(*) from campanha_due()));
    end if;
    for e in
        select k.*
        from agenda_empresas(agenda) k
        where (so is null or k.id = so) and (depois is null or k.id > depois)
        order by k.id
    loop
        if cronometro() - v_inicio > prazo and v_ate is not null then
            v_total := v_total || jsonb_build_object('empresas_ate', v_ate);
            exit;
        end if;
        begin
            v_total := agenda_sum(v_total, agenda_do(agenda.acao, e.id, ocorrencia) || '{"empresas": 1}');
        exception
            when serialization_failure or deadlock_detected then
                raise;
            when others or query_canceled then -- "others" leaves that out: the server's time limit, or a person
                v_total := agenda_sum(v_total, jsonb_build_object('falhas', 1, 'erro', left(e.nome || ': ' || sqlerrm, 300)));
                insert into auditoria (empresa_id, action, alvo, payload)
                values (e.id, 'agenda_falhou', agenda.nome,
                    jsonb_build_object('ocorrencia', ocorrencia, 'erro', left(sqlerrm, 300)));
        end;
        v_ate := e.id;
    end loop;
    return v_total - 'resumo';
end
$$;
