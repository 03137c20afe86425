-- fila_lanes_open: which of these lanes may send, as far as pauses and the mode say, and at what rates:
-- the part that fila_lanes and fila_lanes_known share. `em` and `ordem` are the caller's, handed through:
-- looked up in its arrays by place they would cost each lane a walk of them.
--
-- Left out: a lane that is paused or outside its send window (fila_lanes_close), or whose number, account or company is (while an automatic pause is
-- tried, too); in the mode degradado, lanes of marketing. The number's rate comes along, so that a
-- change is in effect at the next look.
create or replace function fila_lanes_open(numeros integer[], prioridades smallint[], faixas integer[],
    instantes timestamptz[], ordens bigint[])
returns table (numero integer, prioridade smallint, faixa integer, em timestamptz, ordem bigint, peso integer, taxa double precision, numero_taxa double precision, numero_rajada integer,
    fator double precision)
language plpgsql stable
as $$
declare
    v_agora constant timestamptz := agora();
    v_degradado boolean;
begin
    select m.modo = 'degradado' into v_degradado from modo_envio m where m.unico;
    return query
    select u.numero, u.prioridade, u.faixa, u.em, u.ordem, coalesce(x.peso, 1), x.taxa, n.taxa, n.rajada, n.fator
    from unnest(fila_lanes_open.numeros, prioridades, fila_lanes_open.faixas, instantes, ordens)
        as u (numero, prioridade, faixa, em, ordem)
    join (
        -- most have never been throttled; a call is dear
        select q.id, q.taxa, q.rajada,
            case when q.taxa_fator_em is null then 1 else fator_agora(q.taxa_fator, q.taxa_fator_em) end
            * case when k.taxa_fator_em is null then 1 else fator_agora(k.taxa_fator, k.taxa_fator_em) end as fator
        from fila_numeros_livres(fila_lanes_open.numeros) as l
        cross join lateral (select y.* from carteiro.numeros y where y.id = l.numero offset 0) as q
        cross join lateral (select y.* from contas y where y.id = q.conta_id offset 0) as k
        offset 0
    ) as n on n.id = u.numero
    left join lateral (select y.* from carteiro.faixas y where y.id = u.faixa offset 0) as x on true
    where (x.pausada_em is null or x.pausada_ate <= v_agora)
      and (x.fechada_ate is null or x.fechada_ate <= v_agora)
      and not (v_degradado and coalesce(x.proposito = 'marketing', false));
end
$$;
