-- fila_enviavel: how many messages could leave within the next `segundos`: for each number the smaller
-- of what is due and free to go and what its rate lets through. What more senders are for, and so what
-- the autoscaler asks, every few seconds: of a million that wait behind a number of 80 a second it
-- counts 80 × segundos, and of what is paused, outside its window or not due, nothing.
--
-- taxa_padrao: the senders' sender.taxa_padrao, for numbers without a rate of their own. Reads a loose
-- scan of the live part (fila_lanes), and then of each number no more index entries than its rate lets
-- through: the backlog may be as long as it likes.
create or replace function fila_enviavel(segundos integer default 10, taxa_padrao double precision default 72)
returns bigint
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    v_metade constant double precision := (
        select case when m.modo = 'degradado' then 0.5 else 1 end from modo_envio m where m.unico);
    v_soma bigint;
begin
    if segundos is null or segundos not between 1 and 3600 then
        raise exception 'segundos: % (1 to 3600)', coalesce(segundos::text, 'null') using errcode = '22023';
    end if;
    if taxa_padrao is null or not taxa_padrao between 0.001 and 1000 then
        raise exception 'taxa_padrao: % (0.001 to 1000)', coalesce(taxa_padrao::text, 'null') using errcode = '22023';
    end if;
    select sum(n.mensagens)::bigint into v_soma
    from (
        select least(min(l.passam), sum(f.vencidas)) as mensagens
        from (
            select o.numero_id, o.prioridade, o.faixa, c.passam,
                least(c.passam, ceil(o.taxa * segundos)) as da_faixa
            from fila_lanes() o
            cross join lateral (
                select ceil(coalesce(o.numero_taxa, taxa_padrao) * o.fator * coalesce(v_metade, 1) * segundos) as passam) as c
            where o.espera_ms <= 0
        ) as l
        cross join lateral (
            select count(*) as vencidas
            from (
                select
                from fila_ativa x
                where x.status = 'pendente' and x.resgates < 2 and x.numero_id = l.numero_id
                  and x.prioridade = l.prioridade and x.faixa = l.faixa and x.agendar_para <= v_agora
                order by x.agendar_para, x.ordem
                limit l.da_faixa::bigint
            ) as uma
        ) as f
        group by l.numero_id
    ) as n;
    return coalesce(v_soma, 0);
end
$$;
grant execute on function fila_enviavel(integer, double precision) to carteiro_keda;
