-- fila_cap_unused: gives back the places of toques that fila_claim_cap took for rows (`nao`) that then did
-- not go: those that had none before. Called by fila_claim.
create or replace function fila_cap_unused(linhas tid[], dias date[], nao tid[])
returns void
language plpgsql
as $$
declare
    v_pessoas uuid[];
    v_tipos text[];
    v_origens text[];
    v_faixas integer[];
    v_dias date[];
begin
    select array_agg(f.cliente_id), array_agg(f.tipo), array_agg(f.origem), array_agg(f.faixa), array_agg(u.dia)
    into v_pessoas, v_tipos, v_origens, v_faixas, v_dias
    from unnest(fila_cap_unused.linhas, fila_cap_unused.dias) as u (linha, dia)
    cross join lateral (select x.* from fila_ativa x where x.ctid = u.linha offset 0) as f
    where u.linha = any (nao) and u.dia is not null and f.toque is distinct from u.dia;
    if v_pessoas is not null then
        perform fila_cap_back(v_pessoas, v_tipos, v_origens, v_faixas, v_dias);
    end if;
end
$$;
