-- fila_lanes_known: of the lanes named, those that hold waiting messages from their floors on, and when
-- the first of each is due. The columns are those of fila_lanes.
--
-- One probe per lane, and none of a lane that may not send: cheap where the loose scan walks dead
-- entries, and blind for lanes that nobody named. The floors are those of fila_claim: null for none,
-- and never past agora() - 1 s, for transactions still open.
create or replace function fila_lanes_known(numeros integer[], prioridades smallint[], faixas integer[],
    pisos_em timestamptz[], pisos_ordem bigint[])
returns table (numero_id integer, prioridade smallint, faixa integer, peso integer,
    taxa double precision, espera_ms bigint, numero_taxa double precision, numero_rajada integer,
    fator double precision)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    v_teto constant timestamptz := v_agora - interval '1 second';
begin
    return query
    select o.numero, o.prioridade, o.faixa, o.peso, o.taxa,
        (extract(epoch from f.agendar_para - v_agora) * 1000)::bigint, o.numero_taxa, o.numero_rajada, o.fator
    from fila_lanes_open(numeros, prioridades, faixas, pisos_em, pisos_ordem) o
    cross join lateral (
        select x.agendar_para
        from fila_ativa x
        where x.status = 'pendente'
          and x.numero_id = o.numero
          and x.prioridade = o.prioridade
          and x.faixa = o.faixa
          and x.resgates < 2
          and (x.agendar_para, x.ordem) >= (
              least(coalesce(o.em, '-infinity'), v_teto),
              case when o.em <= v_teto then o.ordem else 0 end)
        order by x.agendar_para, x.ordem
        limit 1
    ) as f;
end
$$;
grant execute on function fila_lanes_known(integer[], smallint[], integer[], timestamptz[], bigint[]) to carteiro_sender;
