-- fila_claim_probes: what pauses leave of the claim of these lanes: `quantas` with 0 for a number that
-- is paused, and 1 in one lane of a number whose automatic pauses are due: its message tries whether
-- they are over (a probe). Called by fila_claim, only while there are pauses.
--
-- A pause is tried by one message of the whole fleet: its row is locked here until the claim commits
-- (who finds it locked claims nothing of it), and fila_claim_sift writes sonda_ate when the message
-- really goes. `sonda_numeros[i]` tries the pause `sonda_pausas[i]`; an account's pause has one number.
-- The lane is the first, by priority, that has something due; `suspeitas` as fila_claim has it.
create or replace function fila_claim_probes(numeros integer[], prioridades smallint[], faixas integer[],
    inout quantas integer[], out sonda_numeros integer[], out sonda_pausas bigint[], suspeitas boolean default false)
language plpgsql
as $$
declare
    v_agora constant timestamptz := agora();
    v_livres integer[];
    v_minhas bigint[];
    vez record;
begin
    with livre as (
        select * from fila_numeros_livres(fila_claim_probes.numeros)
    ), minha as (
        select p.id
        from pausas p
        where p.id in (select unnest(l.sondas) from livre l)
          and p.automatica
          and p.ate <= v_agora
          and (p.sonda_ate is null or p.sonda_ate <= v_agora)
        for update skip locked
    )
    select array_agg(l.numero) filter (where l.sondas is null), (select array_agg(m.id) from minha m)
    into v_livres, v_minhas
    from livre l;

    -- whether it may try is read again, now that its pauses are ours
    for vez in
        select u.i, u.numero, l.sondas
        from unnest(fila_claim_probes.numeros, prioridades, fila_claim_probes.faixas, quantas) with ordinality
            as u (numero, prioridade, faixa, k, i)
        join fila_numeros_livres(fila_claim_probes.numeros) l on l.numero = u.numero
        where u.k > 0
          and l.sondas <@ v_minhas
          and exists (
              select 1
              from fila_ativa f
              where f.status = 'pendente' and f.numero_id = u.numero and f.prioridade = u.prioridade
                and f.faixa = u.faixa and f.agendar_para <= v_agora and (f.resgates >= 2) = suspeitas
              offset 0)
        order by u.prioridade desc, u.i
    loop
        continue when sonda_pausas && vez.sondas;
        v_livres := v_livres || vez.numero;
        sonda_numeros := sonda_numeros || array_fill(vez.numero, array[cardinality(vez.sondas)]);
        sonda_pausas := sonda_pausas || vez.sondas;
        quantas[vez.i] := -1; -- this one of its lanes, 1 below
    end loop;

    select array_agg(case
            when u.k = -1 then 1
            when u.numero = any (sonda_numeros) then 0
            when u.numero = any (v_livres) then u.k
            else 0 end order by u.i)
    into quantas
    from unnest(fila_claim_probes.numeros, quantas) with ordinality as u (numero, k, i);
end
$$;
