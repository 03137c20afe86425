-- fila_degraded_rate: what these numbers may send while the mode is degradado: half of their learnt
-- rate, per second, and half of their burst, at least 1. `taxa_padrao` null: 72 a second.
create or replace function fila_degraded_rate(numeros integer[], taxa_padrao double precision)
returns table (numero integer, por_s double precision, rajada double precision)
language plpgsql stable
as $$
begin
    return query
    select n.id,
        0.5 * taxa.inteira * fator_agora(n.taxa_fator, n.taxa_fator_em) * fator_agora(k.taxa_fator, k.taxa_fator_em),
        greatest(1, floor(coalesce(n.rajada, greatest(1, taxa.inteira / 10)) / 2))
    from carteiro.numeros n
    join contas k on k.id = n.conta_id
    cross join lateral (select coalesce(n.taxa, fila_degraded_rate.taxa_padrao, 72) as inteira) as taxa
    where n.id = any (fila_degraded_rate.numeros);
end
$$;
