-- painel_add: counts messages into resumo_horas and resumo_erros: element i of every array is one message
-- and what is new of it: how many ends, how many more delivered, read, failed with a code, failed without;
-- `em` and `ate` bound their encerrada_em. With it goes what waits in resumo_acertos. Empty arrays: only that.
--
-- Rows are written in the order of their keys, after all other locks, and each table by one statement:
-- two appliers wait for each other a moment and never deadlock. A message that is not there any more
-- (its month is gone) is not counted.
create or replace function painel_add(ids uuid[], fins integer[], entregues integer[], lidas integer[],
    falhas integer[], mudas integer[], em timestamptz, ate timestamptz)
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
begin
    -- effects of the release before say nothing of deliveries: null
    with tomado as (
        delete from resumo_acertos a
        where a.id = any (array(select x.id from resumo_acertos x order by x.id limit 2000 for update skip locked))
        returning a.*
    ), lida as materialized (
        select m.fins, coalesce(m.entregues, 0) as entregues, coalesce(m.lidas, 0) as lidas,
            coalesce(m.falhas, 0) as falhas, coalesce(m.mudas, 0) as mudas, f.*
        from unnest(ids, fins, entregues, lidas, falhas, mudas) as m (id, fins, entregues, lidas, falhas, mudas)
        cross join lateral (
            select date_bin('1 hour', x.encerrada_em, '2000-01-01 00:00:00+00') as hora, x.empresa_id, x.numero_id,
                case when x.origem = 'campanha' then x.origem_id end as origem_id, x.origem, x.tipo, x.status,
                case when x.status = 'enviada' and m.fins <> 0 then extract(epoch from x.enviada_em - greatest(x.agendar_para, x.created_at)) * 1000
                    else 0 end as espera_ms,
                x.erro_codigo, case when x.status = 'erro' then x.erro end as erro
            from fila_mensagens x
            where x.id = m.id and x.encerrada_em between painel_add.em and painel_add.ate
            offset 0) as f
    ), soma as (
        select l.hora, l.empresa_id, l.numero_id, l.origem_id, l.origem, l.tipo,
            sum(l.fins) filter (where l.status = 'enviada') as enviadas, sum(l.entregues) as entregues, sum(l.lidas) as lidas,
            sum(l.falhas + l.mudas) as falhas, sum(l.fins) filter (where l.status = 'erro') as erros,
            sum(l.fins) filter (where l.status = 'cancelada') as canceladas,
            sum(l.fins) filter (where l.status = 'expirada') as expiradas,
            sum(l.fins * greatest(l.espera_ms, 0)::bigint) as espera_ms
        from lida l
        group by 1, 2, 3, 4, 5, 6
    ), linha as (
        select s.hora, s.empresa_id, s.numero_id, painel_campanha(s.origem_id) as campanha_id, s.origem, s.tipo,
            s.enviadas, s.entregues, s.lidas, s.falhas, 0 as respostas, s.erros, s.canceladas, s.expiradas, s.espera_ms
        from soma s
        union all
        select t.hora, t.empresa_id, t.numero_id, t.campanha_id, t.origem, t.tipo,
            0, 0, 0, 0, t.respostas, t.erros, t.canceladas, t.expiradas, 0
        from tomado t
    ), erro as (
        insert into resumo_erros as r (hora, empresa_id, numero_id, campanha_id, codigo, classe, erros, falhas)
        select u.hora, u.empresa_id, u.numero_id, u.campanha_id, u.codigo, u.classe, sum(u.erros), sum(u.falhas)
        from (
            select l.hora, l.empresa_id, l.numero_id, painel_campanha(l.origem_id) as campanha_id, k.codigo,
                campanha_erro_classe(nullif(k.codigo, 0), l.erro) as classe, k.erros, k.falhas
            from lida l
            cross join lateral (values
                (coalesce(l.erro_codigo, 0), case when l.status = 'erro' then l.fins else 0 end, l.falhas),
                (0, 0, l.mudas)) as k (codigo, erros, falhas)
            where l.status = 'erro' or l.falhas <> 0 or l.mudas <> 0
            union all
            select t.hora, t.empresa_id, t.numero_id, t.campanha_id, t.codigo, t.classe, t.erros, 0
            from tomado t
            where t.erros <> 0) as u
        where u.erros <> 0 or u.falhas <> 0
        group by 1, 2, 3, 4, 5, 6
        order by 1, 2, 3, 4, 5, 6
        on conflict on constraint resumo_erros_pk do update
        set erros = r.erros + excluded.erros, falhas = r.falhas + excluded.falhas
    )
    insert into resumo_horas as r (hora, empresa_id, numero_id, campanha_id, origem, tipo, enviadas, entregues, lidas, falhas,
        respostas, erros, canceladas, expiradas, espera_ms)
    select l.hora, l.empresa_id, l.numero_id, l.campanha_id, l.origem, l.tipo, coalesce(sum(l.enviadas), 0), sum(l.entregues),
        sum(l.lidas), sum(l.falhas), sum(l.respostas), coalesce(sum(l.erros), 0), coalesce(sum(l.canceladas), 0),
        coalesce(sum(l.expiradas), 0), sum(l.espera_ms)
    from linha l
    group by 1, 2, 3, 4, 5, 6
    order by 1, 2, 3, 4, 5, 6
    on conflict on constraint resumo_horas_pk do update
    set enviadas   = r.enviadas + excluded.enviadas,
        entregues  = r.entregues + excluded.entregues,
        lidas      = r.lidas + excluded.lidas,
        falhas     = r.falhas + excluded.falhas,
        respostas  = r.respostas + excluded.respostas,
        erros      = r.erros + excluded.erros,
        canceladas = r.canceladas + excluded.canceladas,
        expiradas  = r.expiradas + excluded.expiradas,
        espera_ms  = r.espera_ms + excluded.espera_ms;
end
$$;
