-- fila_numeros_livres: which of these numbers may send now: active, and neither they nor their
-- account nor their company nor everything paused.
--
-- `sondas` null: freely. Else the automatic pauses that are due to be tried: one message may go,
-- if the caller gets them all (fila_claim_probes). While one is tried the number is not free.
create or replace function fila_numeros_livres(numeros integer[])
returns table (numero integer, sondas bigint[])
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_pausas bigint[];
begin
    select array_agg(p.id) into v_pausas
    from pausas p
    where p.escopo <> 'modelo' and (p.automatica or p.ate is null or p.ate > v_agora);
    if v_pausas is null then -- the common case, without a look at each
        return query
        select n.id, null::bigint[]
        from (select distinct u.id from unnest(fila_numeros_livres.numeros) as u (id)) as d
        cross join lateral (select x.id from carteiro.numeros x where x.id = d.id and x.ativo offset 0) as n;
        return;
    end if;
    return query
    select n.id, pausa.sondas
    from (select distinct u.id from unnest(fila_numeros_livres.numeros) as u (id)) as d
    cross join lateral (
        select x.id, x.conta_id, x.empresa_id from carteiro.numeros x where x.id = d.id and x.ativo offset 0) as n
    cross join lateral (
        select array_agg(p.id) as sondas,
            bool_or(not p.automatica or p.ate is null or p.ate > v_agora or p.sonda_ate > v_agora) as is_fechado
        from pausas p
        where p.id = any (v_pausas)
          and (p.escopo = 'tudo' or p.numero_id = n.id or p.conta_id = n.conta_id or p.empresa_id = n.empresa_id)
    ) as pausa
    where pausa.is_fechado is not true;
end
$$;
