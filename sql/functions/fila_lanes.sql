-- fila_lanes: the lanes that hold waiting messages, and when the first of each is due.
--
-- A loose scan of the ready index: one probe per lane, whatever the backlog (102 lanes: 1.2 ms).
-- What may not send now is left out (fila_lanes_open): pause costs nothing however long the
-- campaign. `espera_ms` is negative or 0 when due. Messages that fila_claim does not give (see
-- fila_claim_alone) are passed over, or their lane would look due for ever.
create or replace function fila_lanes()
returns table (numero_id integer, prioridade smallint, faixa integer, peso integer,
    taxa double precision, espera_ms bigint, numero_taxa double precision, numero_rajada integer,
    fator double precision)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    v_numeros integer[];
    v_prioridades smallint[];
    v_faixas integer[];
    v_quando timestamptz[];
begin
    with recursive lane as (
        (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
         from fila_ativa f
         where f.status = 'pendente' and f.resgates < 2
         order by f.numero_id, f.prioridade desc, f.faixa, f.agendar_para, f.ordem
         limit 1)
        union all
        select seguinte.*
        from lane l
        cross join lateral (
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.resgates < 2 and f.numero_id = l.numero_id
               and f.prioridade = l.prioridade and f.faixa > l.faixa
             order by f.faixa, f.agendar_para, f.ordem
             limit 1)
            union all
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.resgates < 2 and f.numero_id = l.numero_id
               and f.prioridade < l.prioridade
             order by f.prioridade desc, f.faixa, f.agendar_para, f.ordem
             limit 1)
            union all
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.resgates < 2 and f.numero_id > l.numero_id
             order by f.numero_id, f.prioridade desc, f.faixa, f.agendar_para, f.ordem
             limit 1)
            limit 1
        ) as seguinte
    )
    select array_agg(l.numero_id), array_agg(l.prioridade), array_agg(l.faixa), array_agg(l.agendar_para)
    into v_numeros, v_prioridades, v_faixas, v_quando
    from lane l;

    return query
    select o.numero, o.prioridade, o.faixa, o.peso, o.taxa,
        (extract(epoch from o.em - v_agora) * 1000)::bigint, o.numero_taxa, o.numero_rajada, o.fator
    from fila_lanes_open(v_numeros, v_prioridades, v_faixas, v_quando, null) o;
end
$$;
grant execute on function fila_lanes() to carteiro_sender;
