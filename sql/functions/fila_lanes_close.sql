-- fila_lanes_close: of these lanes, those whose send window is closed for everybody in the company are
-- passed over until it opens somewhere: a campaign at night costs no claim at all. For five minutes at
-- most, so that nothing has to tell when windows, zones or people change; then one claim looks again.
--
-- Called by fila_claim when it found rows outside their window. A lane that somebody changes just now
-- is left alone. Lane 0 holds messages of all purposes, and is never closed.
create or replace function fila_lanes_close(faixas integer[])
returns void
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
begin
    with minha as materialized (
        select x.id, x.empresa_id, x.proposito
        from carteiro.faixas x
        where x.id in (select u.id from unnest(fila_lanes_close.faixas) u (id) where u.id <> 0)
          and (x.fechada_ate is null or x.fechada_ate <= v_agora)
          and x.proposito <> 'resposta'
          and x.empresa_id is not null
        order by x.id
        for update skip locked
    )
    update carteiro.faixas x
    set fechada_ate = least(j.abre, v_agora + interval '5 minutes')
    from minha m
    cross join lateral janela_fechada_ate(m.empresa_id, m.proposito, v_agora) as j (abre)
    where x.id = m.id
      and j.abre is not null;
end
$$;
