-- fila_claim_degraded: what the degraded mode leaves of the claim of these lanes: nothing of marketing,
-- and of each number no more than its tokens. Called by fila_claim, only in that mode.
--
-- The buckets are rows of ritmo_degradado, empty when the mode began. They are locked in the order of
-- their numbers until the claim commits, so two claims of one number come one after the other, also
-- for the pairs. Which rows get the tokens, when several lanes have some, fila_claim_sift decides,
-- and pays. We may have waited: should the mode have changed meanwhile, CT001 as in fila_claim.
create or replace function fila_claim_degraded(numeros integer[], faixas integer[], quantas integer[],
    epoca bigint, taxa_padrao double precision)
returns integer[]
language plpgsql
as $$
declare
    v_quantas integer[];
begin
    insert into ritmo_degradado as b (numero_id, epoca, cheio_em)
    select r.numero, m.epoca, m.desde + make_interval(secs => r.rajada / r.por_s)
    from fila_degraded_bucket(fila_claim_degraded.numeros, taxa_padrao) r
    cross join modo_envio m
    order by r.numero
    on conflict on constraint ritmo_degradado_pkey do update -- locks it, also where there is nothing to do
    set epoca = excluded.epoca, cheio_em = excluded.cheio_em
    where b.epoca < excluded.epoca;

    if not exists (select 1 from modo_envio m where m.modo = 'degradado' and m.epoca = fila_claim_degraded.epoca) then
        raise exception 'epoca: the mode has changed' using errcode = 'CT001';
    end if;

    select array_agg(case when x.id is null then least(u.k, coalesce(r.fichas, 0))::integer else 0 end order by u.i)
    into v_quantas
    from unnest(fila_claim_degraded.numeros, fila_claim_degraded.faixas, quantas) with ordinality as u (numero, faixa, k, i)
    left join fila_degraded_bucket(fila_claim_degraded.numeros, taxa_padrao) r on r.numero = u.numero
    left join carteiro.faixas x on x.id = u.faixa and x.proposito = 'marketing';
    return v_quantas;
end
$$;
