-- fila_claim_hours: of what fila_claim judged, the rows outside their send window come out as `ids`, until
-- it opens; the others stay as they were judged. Called by fila_claim with the companies, purposes and
-- zones among its rows that it does not know to be open (janelas_fechadas).
--
-- Also a row that has no body to go with now: who wrote meanwhile has opened the 24 h window by then.
create or replace function fila_claim_hours(empresas uuid[], propositos text[], fusos text[], abertas text[],
    inout linhas tid[], inout livres boolean[], inout fechadas boolean[], inout conversas uuid[],
    inout fora uuid[], inout fora_status text[], inout fora_motivos text[],
    out ids uuid[], out motivos text[], out esperas interval[])
language plpgsql
as $$
declare
    v_empresas uuid[];
    v_propositos text[];
    v_fusos text[];
    v_esperas interval[];
    v_motivos text[];
begin
    select array_agg(x.empresa_id), array_agg(x.proposito), array_agg(x.fuso), array_agg(x.espera), array_agg(x.motivo)
    into v_empresas, v_propositos, v_fusos, v_esperas, v_motivos
    from janelas_fechadas(empresas, propositos, fusos, abertas) x;
    if v_empresas is null then
        return;
    end if;

    with pedida as (
        select u.linha, null::uuid as fora
        from unnest(fila_claim_hours.linhas) u (linha)
        union all
        select viva.linha, o.id
        from unnest(fila_claim_hours.fora, fora_motivos) as o (id, motivo)
        cross join lateral (select x.ctid as linha from fila_ativa x where x.id = o.id offset 0) as viva
        where o.motivo = 'fora_da_janela_sem_modelo'
    )
    select array_agg(f.id), array_agg(z.motivo), array_agg(z.espera)
    into ids, motivos, esperas
    from pedida p
    cross join lateral (
        select x.id, x.empresa_id, x.cliente_id, x.tipo, x.origem, x.faixa from fila_ativa x where x.ctid = p.linha offset 0) as f
    left join lateral (
        select y.proposito from carteiro.faixas y where y.id = f.faixa and y.id <> 0 offset 0) as l on true
    left join lateral (select y.fuso from clientes y where y.id = f.cliente_id offset 0) as c on true
    join unnest(v_empresas, v_propositos, v_fusos, v_esperas, v_motivos) as z (empresa, proposito, fuso, espera, motivo)
        on z.empresa = f.empresa_id and z.fuso = coalesce(c.fuso, '') and z.proposito = fila_proposito(f.tipo, f.origem, l.proposito);
    if ids is null then
        return;
    end if;

    select array_agg(a.linha order by a.n), array_agg(a.livre order by a.n), array_agg(a.fechada order by a.n),
        array_agg(a.conversa order by a.n)
    into fila_claim_hours.linhas, livres, fechadas, conversas
    from unnest(fila_claim_hours.linhas, livres, fechadas, conversas) with ordinality as a (linha, livre, fechada, conversa, n)
    cross join lateral (select x.id from fila_ativa x where x.ctid = a.linha offset 0) as f
    where f.id <> all (ids);
    select array_agg(o.id), array_agg(o.status), array_agg(o.motivo)
    into fila_claim_hours.fora, fora_status, fora_motivos
    from unnest(fila_claim_hours.fora, fora_status, fora_motivos) as o (id, status, motivo)
    where o.id <> all (ids);
end
$$;
