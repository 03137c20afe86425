-- planejador_simular: what would be sent until `ate` as things stand, nothing written or sent: of a company
-- (name or id), or all. Names and counts, no text and no phone.
--
-- origem: fila (rows that wait), disparo (firings planned), campanha (what is not queued yet), agenda (firings
-- of schedules; quantos null: unknown yet). alvo: what a single one is about (message, appointment,
-- conversation), or the campaign. quando is inside the company's send window; rates, limits per person and
-- answers may make it later, or nothing.
create or replace function planejador_simular(ate timestamptz, empresa text default null)
returns table (quando timestamptz, origem text, nome text, da_empresa text, alvo uuid, quantos bigint, observacao text)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    dona constant uuid := case when planejador_simular.empresa is not null then empresa_resolver(planejador_simular.empresa) end;
    v_ate constant timestamptz := planejador_simular.ate;
    v_agora constant timestamptz := agora();
begin
    if v_ate is null or v_ate <= v_agora or v_ate > v_agora + interval '1 year' then
        raise exception 'ate: expected a time to come, within a year' using errcode = '22023';
    end if;
    return query
    with espera as (
        select f.empresa_id, coalesce(f.metadata ->> 'regra', k.nome, f.tipo) as nome, p.proposito,
            case when f.agendar_para <= v_agora then v_agora else date_trunc('hour', f.agendar_para) end as quando,
            count(*) as n, min(f.id::text)::uuid as um, bool_or(x.pausada_em is not null) as is_pausada
        from fila_ativa f
        left join faixas x on x.id = f.faixa
        left join campanhas k on f.origem = 'campanha' and k.id::text = f.origem_id
        cross join lateral fila_proposito(f.tipo, f.origem, case when f.faixa <> 0 then x.proposito end) as p (proposito)
        where f.status = 'pendente' and f.agendar_para <= v_ate and (dona is null or f.empresa_id = dona)
        group by 1, 2, 3, 4
    ), plano as (
        select d.empresa_id, r.nome, r.proposito, greatest(d.quando, v_agora) as quando, count(*) as n, min(d.alvo_id::text)::uuid as um
        from disparos d
        join regras_followup r on r.id = d.regra_id
        where d.status = 'planejado'
          and r.ativa
          and d.quando <= v_ate
          and coalesce(d.valido_ate > v_agora, true)
          and (dona is null or d.empresa_id = dona)
          -- in batches: the schedule's row counts them
          and (r.nome not in ('lembrete_24h', 'lembrete_2h') or agendamento_exato(d.empresa_id, replace(r.nome, 'lembrete_', '')))
        group by 1, 2, 3, 4
    ), tudo as (
        select janela_proxima(w.empresa_id, w.proposito, null, greatest(w.quando, v_agora)) as quando, 'fila' as origem, w.nome,
            w.empresa_id, null::text as dona_nome, case when w.n = 1 then w.um end as alvo, w.n as quantos,
            case when w.is_pausada then 'pausada' else '' end as observacao
        from espera w
        union all
        select janela_proxima(w.empresa_id, w.proposito, null, w.quando), 'disparo', w.nome, w.empresa_id, null,
            case when w.n = 1 then w.um end, w.n, ''
        from plano w
        union all
        select c.quando, 'campanha', c.nome, null, c.empresa, c.alvo, c.quantos, c.observacao
        from planejador_campanhas(v_ate, dona) c
        union all
        select a.quando, 'agenda', a.nome, null, a.empresa, null, a.quantos, a.observacao
        from planejador_agendas(v_ate, dona) a
    )
    select t.quando, t.origem, t.nome, coalesce(t.dona_nome, e.nome), t.alvo, t.quantos, t.observacao
    from tudo t
    left join empresas e on e.id = t.empresa_id
    where t.quando <= v_ate
    order by t.quando, t.origem, t.nome, 4;
end
$$;
grant execute on function planejador_simular(timestamptz, text) to carteiro_ops_leitura, carteiro_ops_escrita;
