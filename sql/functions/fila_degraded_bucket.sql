-- fila_degraded_bucket: what these numbers may send while the mode is degradado: half of their learnt
-- rate, per second, half of their burst, at least 1, and the whole tokens of their buckets now (GCRA;
-- null: there is none yet). `taxa_padrao` null: 72 a second.
create or replace function fila_degraded_bucket(numeros integer[], taxa_padrao double precision)
returns table (numero integer, por_s double precision, rajada double precision, fichas double precision)
language plpgsql stable
as $$
declare
    v_agora constant timestamptz := agora();
begin
    return query
    select n.id, ritmo.por_s, ritmo.rajada,
        -- a microsecond is what a timestamptz can tell
        greatest(0, least(ritmo.rajada, floor(ritmo.rajada
            - (extract(epoch from b.cheio_em - v_agora)::double precision - 1e-6) * ritmo.por_s)))
    from carteiro.numeros n
    join contas k on k.id = n.conta_id
    left join ritmo_degradado b on b.numero_id = n.id
    cross join lateral (select coalesce(n.taxa, fila_degraded_bucket.taxa_padrao, 72) as inteira) as taxa
    cross join lateral (
        select 0.5 * taxa.inteira * fator_agora(n.taxa_fator, n.taxa_fator_em)
                * fator_agora(k.taxa_fator, k.taxa_fator_em) as por_s,
            greatest(1, floor(coalesce(n.rajada, greatest(1, taxa.inteira / 10)) / 2)) as rajada
    ) as ritmo
    where n.id = any (fila_degraded_bucket.numeros);
end
$$;
