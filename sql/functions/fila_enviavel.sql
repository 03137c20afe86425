-- fila_enviavel: how many messages could leave within the next `segundos`: for each number the smaller
-- of what is due and free to go and what its rate lets through. What more senders are for, and so what
-- the autoscaler asks, every few seconds: of a million that wait behind a number of 80 a second it
-- counts 80 × segundos, and of what is paused, outside its window or not due, nothing.
--
-- taxa_padrao: the senders' sender.taxa_padrao, for numbers without a rate of their own. teto: more than
-- that nobody needs to know (senders at most × what one sends meanwhile); it is the answer then.
-- Reads a loose scan of the live part (fila_lanes), and then no more rows than it counts: the backlog
-- may be as long as it likes.
create or replace function fila_enviavel(segundos integer default 10, taxa_padrao double precision default 72,
    teto bigint default 100000)
returns bigint
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    v_fator constant double precision := coalesce((
        select 0.5 from modo_envio m where m.unico and m.modo = 'degradado'), 1);
    v_lane record;
    v_numero integer;
    v_passam bigint := 0;
    v_do_numero bigint := 0;
    v_vencidas bigint;
    v_soma bigint := 0;
begin
    if segundos is null or segundos not between 1 and 3600 then
        raise exception 'segundos: % (1 to 3600)', coalesce(segundos::text, 'null') using errcode = '22023';
    end if;
    if taxa_padrao is null or not taxa_padrao between 0.001 and 1000 then
        raise exception 'taxa_padrao: % (0.001 to 1000)', coalesce(taxa_padrao::text, 'null') using errcode = '22023';
    end if;
    if teto is null or teto < 1 then
        raise exception 'teto: % (1 or more)', coalesce(teto::text, 'null') using errcode = '22023';
    end if;
    for v_lane in
        select o.numero_id, o.prioridade, o.faixa, ceil(o.taxa * segundos)::bigint as da_faixa,
            ceil(coalesce(o.numero_taxa, taxa_padrao) * o.fator * v_fator * segundos)::bigint as passam
        from fila_lanes() o
        where o.espera_ms <= 0
        order by o.numero_id
    loop
        if v_lane.numero_id is distinct from v_numero then
            v_soma := v_soma + v_do_numero;
            v_numero := v_lane.numero_id;
            v_passam := v_lane.passam;
            v_do_numero := 0;
        end if;
        exit when v_soma + v_do_numero >= teto;
        continue when v_do_numero >= v_passam; -- the other lanes of this number wait for it anyway
        select count(*) into v_vencidas
        from (
            select
            from fila_ativa f
            where f.status = 'pendente' and f.resgates < 2 and f.numero_id = v_numero
              and f.prioridade = v_lane.prioridade and f.faixa = v_lane.faixa and f.agendar_para <= v_agora
            order by f.agendar_para, f.ordem
            limit least(v_passam - v_do_numero, v_lane.da_faixa)
        ) as vencida;
        v_do_numero := v_do_numero + v_vencidas;
    end loop;
    return least(v_soma + v_do_numero, teto);
end
$$;
grant execute on function fila_enviavel(integer, double precision, bigint) to carteiro_keda;
