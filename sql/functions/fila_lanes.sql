-- fila_lanes: the lanes that hold waiting messages, and when the first of each is due.
--
-- A loose scan of the ready index: one probe per lane, whatever the backlog (102 lanes: 1.2 ms).
-- A lane that is paused, or whose number, account or company is, is left out: pause costs nothing
-- however long the campaign. `espera_ms` is negative or 0 when due.
-- The number's rate comes along, so that a change is in effect at the next look.
create or replace function fila_lanes()
returns table (numero_id integer, prioridade smallint, faixa integer, peso integer,
    taxa double precision, espera_ms bigint, numero_taxa double precision, numero_rajada integer,
    fator double precision)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
begin
    return query
    with recursive lane as (
        (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
         from fila_ativa f
         where f.status = 'pendente'
         order by f.numero_id, f.prioridade desc, f.faixa, f.agendar_para, f.ordem
         limit 1)
        union all
        select seguinte.*
        from lane l
        cross join lateral (
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.numero_id = l.numero_id and f.prioridade = l.prioridade
               and f.faixa > l.faixa
             order by f.faixa, f.agendar_para, f.ordem
             limit 1)
            union all
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.numero_id = l.numero_id and f.prioridade < l.prioridade
             order by f.prioridade desc, f.faixa, f.agendar_para, f.ordem
             limit 1)
            union all
            (select f.numero_id, f.prioridade, f.faixa, f.agendar_para
             from fila_ativa f
             where f.status = 'pendente' and f.numero_id > l.numero_id
             order by f.numero_id, f.prioridade desc, f.faixa, f.agendar_para, f.ordem
             limit 1)
            limit 1
        ) as seguinte
    )
    select l.numero_id, l.prioridade, l.faixa, coalesce(x.peso, 1), x.taxa,
        (extract(epoch from l.agendar_para - agora()) * 1000)::bigint, n.taxa, n.rajada,
        fator_agora(n.taxa_fator, n.taxa_fator_em) * fator_agora(k.taxa_fator, k.taxa_fator_em)
    from lane l
    join numeros n on n.id = l.numero_id
    join contas k on k.id = n.conta_id
    left join faixas x on x.id = l.faixa
    where x.pausada_em is null
      and l.numero_id in (select livre from fila_numeros_livres() as livre);
end
$$;
grant execute on function fila_lanes() to carteiro_sender;
