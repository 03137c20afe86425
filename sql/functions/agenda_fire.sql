-- agenda_fire: runs a schedule for one occurrence, unless it has run for that one already, and keeps
-- result, error and duration. Returns the row of agenda_disparos; null when it had run.
--
-- What the planner runs stops after two seconds; the row then says up to which company (empresas_ate), and
-- the next call goes on from there. The row is there with what the action wrote or not at all. What the
-- action raises is kept and not tried again; a deadlock goes up, for the whole to be repeated. Firings of
-- 90 days are kept.
create or replace function agenda_fire(agenda agendas, so uuid, ocorrencia timestamptz, manual boolean)
returns agenda_disparos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_inicio constant timestamptz := cronometro();
    d agenda_disparos;
    v_resultado jsonb;
    v_erro text;
begin
    insert into agenda_disparos as k (agenda_id, ocorrencia, manual)
    values (agenda.id, agenda_fire.ocorrencia, agenda_fire.manual)
    on conflict on constraint agenda_disparos_pkey do update
    set em = k.em
    where k.empresas_ate is not null
    returning k.* into d;
    if d.agenda_id is null then
        return null;
    end if;
    begin
        v_resultado := agenda_act(agenda, so, agenda_fire.ocorrencia, d.empresas_ate,
            case when not agenda_fire.manual then interval '2 seconds' end);
    exception
        when serialization_failure or deadlock_detected then
            raise;
        when others or query_canceled then
            v_erro := left(sqlerrm, 300);
            insert into auditoria (empresa_id, action, alvo, payload)
            values (agenda.empresa_id, 'agenda_falhou', agenda.nome,
                jsonb_build_object('ocorrencia', agenda_fire.ocorrencia, 'erro', v_erro));
    end;
    d.erro := coalesce(d.erro, v_resultado ->> 'erro', v_erro);
    d.empresas_ate := (v_resultado ->> 'empresas_ate')::uuid;
    d.resultado := agenda_sum(d.resultado, v_resultado - 'erro' - 'empresas_ate');
    if agenda.acao = 'followups' then
        d.resultado := d.resultado || jsonb_build_object('text', '📩 Follow-ups agendados: ' || coalesce(d.resultado ->> 'agendados', '0'));
    end if;

    update agenda_disparos k
    set resultado    = d.resultado,
        erro         = d.erro,
        empresas_ate = d.empresas_ate,
        duracao_ms   = coalesce(k.duracao_ms, 0) + extract(epoch from cronometro() - v_inicio) * 1000
    where k.agenda_id = d.agenda_id and k.ocorrencia = d.ocorrencia
    returning k.* into d;
    update agendas k
    set ultima_em        = agora(),
        ultimo_resultado = d.resultado,
        ultimo_erro      = d.erro
    where k.id = agenda.id;
    delete from agenda_disparos k
    where k.agenda_id = agenda.id and k.ocorrencia < agora() - interval '90 days' and k.em < agora() - interval '90 days';
    return d;
end
$$;
