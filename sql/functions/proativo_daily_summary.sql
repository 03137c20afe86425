-- proativo_daily_summary: the owner's summary of the day of `em`: appointments, revenue, new customers,
-- what awaits confirmation until the end of the next day, highlights. Null when nothing happened.
--
-- `valores` are the figures of the short template. Revenue is of what was done: realizado, or over where
-- the company does not mark attendance.
create or replace function proativo_daily_summary(empresa uuid, em timestamptz, out conteudo text, out valores jsonb)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona empresas;
    v_hoje date;
    v_de timestamptz;
    v_ate timestamptz;
    v_novos bigint;
    v_aguardam bigint;
    v_destaques text[];
    t record;
begin
    select e.* into dona from empresas e where e.id = proativo_daily_summary.empresa;
    v_hoje := (em at time zone dona.fuso)::date;
    v_de := v_hoje::timestamp at time zone dona.fuso;
    v_ate := (v_hoje + 1)::timestamp at time zone dona.fuso;

    select count(*) filter (where a.status <> 'cancelado') as total, count(*) filter (where a.status = 'realizado') as realizados,
        count(*) filter (where a.status = 'faltou') as faltas, count(*) filter (where a.status = 'cancelado') as cancelados,
        coalesce(sum(a.valor) filter (where a.status = 'realizado'
            or not dona.marca_presenca and a.status in ('agendado', 'confirmado') and a.fim <= em), 0) as receita
    into t
    from agendamentos a
    where a.empresa_id = dona.id and a.inicio >= v_de and a.inicio < v_ate;
    select count(*) into v_novos
    from clientes c
    where c.empresa_id = dona.id and c.created_at >= v_de and c.created_at < v_ate and c.status = 'ativo' and not c.interno;
    select count(*) into v_aguardam
    from agendamentos a
    where a.empresa_id = dona.id and a.status = 'agendado'
      and a.inicio > em and a.inicio < (v_hoje + 2)::timestamp at time zone dona.fuso;
    if t.total + t.cancelados + v_novos + v_aguardam = 0 then
        return;
    end if;

    v_destaques := array(
        select x.linha
        from (
            select a.inicio, a.id, concat(formato_hora(a.inicio, dona.fuso), ' – ', coalesce(formato_nome(c.nome), 'Sem nome'),
                ' (' || formato_nome(p.nome) || ')', ': ' || formato_nome(a.servico), ', ' || formato_reais(a.valor)) as linha
            from agendamentos a
            join clientes c on c.id = a.cliente_id
            left join pets p on p.id = a.pet_id
            where a.empresa_id = dona.id and a.inicio >= v_de and a.inicio < v_ate
              and a.status not in ('cancelado', 'faltou') and c.status = 'ativo' and not c.interno
            order by a.valor desc nulls last, a.inicio, a.id
            limit 5) as x
        order by x.inicio, x.id);
    conteudo := proativo_blocos(array[
        '📊 Resumo de ' || formato_dia(v_hoje) || ', ' || formato_data(v_hoje, v_hoje),
        concat_ws(E'\n',
            '📅 ' || formato_contagem(t.total, 'atendimento', 'atendimentos', 'Nenhum atendimento')
                || coalesce(' (' || formato_enumerar(array_remove(array[
                    case when t.realizados > 0 then formato_contagem(t.realizados, 'realizado', 'realizados') end,
                    case when t.faltas > 0 then formato_contagem(t.faltas, 'falta', 'faltas') end], null)) || ')', ''),
            case when t.cancelados > 0 then '🚫 ' || formato_contagem(t.cancelados, 'cancelamento', 'cancelamentos') end,
            '💰 Receita: ' || formato_reais(t.receita),
            '🆕 ' || formato_contagem(v_novos, 'cliente novo', 'clientes novos', 'Nenhum cliente novo'),
            '⏳ ' || formato_contagem(v_aguardam, 'agendamento aguarda', 'agendamentos aguardam', 'Nenhum agendamento aguarda')
                || ' confirmação até ' || formato_dia(v_hoje + 1) || ', ' || formato_data(v_hoje + 1, v_hoje)),
        case when cardinality(v_destaques) > 0 then E'⭐ Destaques do dia:\n' || proativo_lista(v_destaques, 0) end,
        case when t.receita > 0 then 'Parabéns pelo dia! Bom descanso. 💛' else 'Amanhã tem mais. Bom descanso! 💛' end]);
    valores := jsonb_build_object('atendimentos', t.total::text, 'receita', formato_reais(t.receita), 'novos', v_novos::text);
end
$$;
