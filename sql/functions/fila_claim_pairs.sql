-- fila_claim_pairs: of these rows, held by the claim, those that the degraded mode keeps back: all
-- marketing, and what comes sooner than `intervalo` after another message from the same number to the
-- same person, with the exact wait.
--
-- Another message is one that is being sent, one that was sent (the months, by person), or an earlier
-- one of this claim. Claims of one number come one after the other: fila_claim_degraded. One sort
-- over all three instead of joins, which would hang on statistics.
create or replace function fila_claim_pairs(linhas tid[], intervalo interval)
returns table (linha tid, id uuid, motivo text, espera interval)
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
begin
    return query
    with pedida as materialized (
        select u.linha, f.id, f.numero_id, f.cliente_id, f.prioridade, f.agendar_para, f.ordem,
            f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha' as is_marketing
        from unnest(fila_claim_pairs.linhas) as u (linha)
        cross join lateral (select x.* from fila_ativa x where x.ctid = u.linha offset 0) as f
    ), par as (
        select p.numero_id, p.cliente_id, p.linha, p.id, p.prioridade, p.agendar_para, p.ordem, null::timestamptz as foi
        from pedida p
        where not p.is_marketing
        union all
        select f.numero_id, f.cliente_id, null, null, null, null, null, f.processando_desde
        from fila_ativa f
        where f.reserva_ate > v_agora - intervalo
          and f.status = 'processando'
          and f.processando_desde > v_agora - intervalo
        union all
        select p.numero_id, p.cliente_id, null, null, null, null, null, f.enviada_em
        from (select distinct q.numero_id, q.cliente_id from pedida q where not q.is_marketing) as p
        cross join lateral (
            select x.enviada_em
            from fila_mensagens x
            where x.cliente_id = p.cliente_id
              and x.encerrada_em between v_agora - intervalo and v_agora + interval '1 day'
              and x.numero_id = p.numero_id
              and x.status = 'enviada'
            offset 0) as f
    ), vez as (
        select p.linha, p.id,
            max(p.foi) over (partition by p.numero_id, p.cliente_id) as ultima,
            row_number() over (partition by p.numero_id, p.cliente_id
                order by p.linha is null, p.prioridade desc, p.agendar_para, p.ordem) as n
        from par p
    ), demora as (
        select v.linha, v.id,
            greatest(v.ultima + intervalo - v_agora, interval '0') + intervalo * (v.n - 1) as espera
        from vez v
        where v.linha is not null
    )
    select p.linha, p.id, 'sem Redis: marketing espera', interval '30 seconds' from pedida p where p.is_marketing
    union all
    select d.linha, d.id, 'sem Redis: uma mensagem por pessoa a cada 6 s', d.espera from demora d where d.espera > interval '0';
end
$$;
