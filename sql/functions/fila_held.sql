-- fila_held: the part of fila_record_now that tells what it must leave alone: the places, from 1, of the
-- elements whose row somebody else holds. `vivas` are the ids whose live rows the caller has locked.
-- None: null.
--
-- A live row under its reserva that is not among them was locked when the caller came by, or came back
-- since: say it again either way. An acceptance may also settle a row that ended unsent; that is locked
-- here, for fila_settle_late, or somebody holds it too.
create or replace function fila_held(ids uuid[], seqs bigint[], desfechos text[], vivas uuid[])
returns integer[]
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_desde constant timestamptz := agora() - interval '8 days';
    v_depois constant timestamptz := agora() + interval '1 day';
    v_presas integer[];
    v_findas integer[];
    v_nossas integer[];
begin
    select array_agg(r.n)
    into v_presas
    from unnest(ids, seqs) with ordinality as r (id, seq, n)
    cross join lateral (
        select 1 from fila_ativa x where x.id = r.id and x.reserva_seq = r.seq offset 0) as viva
    where r.id <> all (coalesce(vivas, '{}'));

    if cardinality(vivas) + coalesce(cardinality(v_presas), 0) = cardinality(ids) then
        return v_presas;
    end if;
    select array_agg(r.n)
    into v_findas
    from unnest(ids, seqs, desfechos) with ordinality as r (id, seq, desfecho, n)
    cross join lateral (
        select 1
        from fila_mensagens x
        where x.id = r.id
          and x.reserva_seq = r.seq
          and x.encerrada_em between v_desde and v_depois
          and x.status <> 'enviada'
        offset 0) as finda
    where r.desfecho = 'aceita' and r.id <> all (coalesce(vivas, '{}'));
    if v_findas is null then
        return v_presas;
    end if;
    select array_agg(r.n)
    into v_nossas
    from unnest(v_findas) as r (n)
    cross join lateral (
        select 1
        from fila_mensagens x
        where x.id = ids[r.n]
          and x.reserva_seq = seqs[r.n]
          and x.encerrada_em between v_desde and v_depois
        for update skip locked) as nossa;
    select v_presas || array_agg(r.n)
    into v_presas
    from unnest(v_findas) as r (n)
    where r.n <> all (coalesce(v_nossas, '{}'));
    return v_presas;
end
$$;
