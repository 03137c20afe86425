-- fila_claim_degraded: what the degraded mode leaves of the claim of these lanes: nothing of marketing,
-- and of each number no more than its tokens, by priority. Called by fila_claim, only in that mode.
--
-- The buckets (GCRA) are rows of ritmo_degradado, empty when the mode began. They are locked in the
-- order of their numbers until the claim commits, so two claims of one number come one after the
-- other, also for the pairs; fila_claim_sift pays for what really goes. We may have waited: should
-- the mode have changed meanwhile, CT001 as in fila_claim.
create or replace function fila_claim_degraded(numeros integer[], prioridades smallint[], faixas integer[],
    quantas integer[], epoca bigint, taxa_padrao double precision)
returns integer[]
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
    v_quantas integer[];
begin
    insert into ritmo_degradado as b (numero_id, epoca, cheio_em)
    select r.numero, m.epoca, m.desde + make_interval(secs => r.rajada / r.por_s)
    from fila_degraded_rate(fila_claim_degraded.numeros, taxa_padrao) r
    cross join modo_envio m
    order by r.numero
    on conflict on constraint ritmo_degradado_pkey do update -- locks it, also where there is nothing to do
    set epoca = excluded.epoca, cheio_em = excluded.cheio_em
    where b.epoca < excluded.epoca;

    if not exists (select 1 from modo_envio m where m.modo = 'degradado' and m.epoca = fila_claim_degraded.epoca) then
        raise exception 'epoca: the mode has changed' using errcode = 'CT001';
    end if;

    select array_agg(greatest(0, least(u.k, s.fichas - u.antes))::integer order by u.i)
    into v_quantas
    from (
        select q.*, coalesce(sum(q.k) over (partition by q.numero order by q.prioridade desc, q.i
            rows between unbounded preceding and 1 preceding), 0) as antes
        from (
            select l.numero, l.prioridade, l.i, case
                when exists (select 1 from carteiro.faixas x where x.id = l.faixa and x.proposito = 'marketing') then 0
                else l.k end as k
            from unnest(fila_claim_degraded.numeros, prioridades, fila_claim_degraded.faixas, quantas)
                with ordinality as l (numero, prioridade, faixa, k, i)
        ) as q
    ) as u
    left join (
        select b.numero_id, least(r.rajada, floor(r.rajada
            - extract(epoch from b.cheio_em - v_agora)::double precision * r.por_s + 1e-6)) as fichas
        from ritmo_degradado b
        join fila_degraded_rate(fila_claim_degraded.numeros, taxa_padrao) r on r.numero = b.numero_id
    ) as s on s.numero_id = u.numero;
    return v_quantas;
end
$$;
