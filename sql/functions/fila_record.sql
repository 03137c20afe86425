-- fila_record: what became of a batch of reservas, as fila_record_now has it, but whoever holds one of
-- the rows is waited for: for those who have nothing to say it again with. Rows are locked in the order
-- of their ids.
create or replace function fila_record(
    trabalhador text, quarentena_ms bigint,
    ids uuid[], seqs bigint[], desfechos text[], classes text[], codigos integer[], erros text[],
    wamids text[], wa_ids text[], entregas text[], esperas_ms bigint[])
returns table (gravadas integer, liquidadas integer, zumbis integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_desde constant timestamptz := agora() - interval '8 days';
    v_depois constant timestamptz := agora() + interval '1 day';
    v_ocupadas integer[];
    v_gravadas integer;
    v_liquidadas integer;
    v_zumbis integer;
begin
    gravadas := 0;
    liquidadas := 0;
    zumbis := 0;
    loop
        perform 1
        from (select distinct u.id from unnest(ids) as u (id) order by u.id) as r
        cross join lateral (select 1 from fila_ativa x where x.id = r.id offset 0 for update) as viva;
        select max(r.gravadas), max(r.liquidadas), max(r.zumbis), array_agg(r.ocupada) filter (where r.ocupada is not null)
        into v_gravadas, v_liquidadas, v_zumbis, v_ocupadas
        from fila_record_now(trabalhador, quarentena_ms, ids, seqs, desfechos, classes, codigos, erros, wamids,
            wa_ids, entregas, esperas_ms) r;
        gravadas := gravadas + v_gravadas;
        liquidadas := liquidadas + v_liquidadas;
        zumbis := zumbis + v_zumbis;
        exit when v_ocupadas is null;

        select array_agg(u.id), array_agg(u.seq), array_agg(u.desfecho), array_agg(u.classe), array_agg(u.codigo),
            array_agg(u.erro), array_agg(u.wamid), array_agg(u.wa_id), array_agg(u.entrega), array_agg(u.espera_ms)
        into ids, seqs, desfechos, classes, codigos, erros, wamids, wa_ids, entregas, esperas_ms
        from unnest(ids, seqs, desfechos, classes, codigos, erros, wamids, wa_ids, entregas, esperas_ms) with ordinality
            as u (id, seq, desfecho, classe, codigo, erro, wamid, wa_id, entrega, espera_ms, n)
        where u.n = any (v_ocupadas);
        perform 1
        from (select u.id, u.seq from unnest(ids, seqs) as u (id, seq) order by u.id) as r
        cross join lateral (
            select 1
            from fila_mensagens x
            where x.id = r.id and x.reserva_seq = r.seq and x.encerrada_em between v_desde and v_depois
            for update) as finda;
    end loop;
    return next;
end
$$;
-- senders of the release before call it
grant execute on function fila_record(text, bigint, uuid[], bigint[], text[], text[], integer[], text[],
    text[], text[], text[], bigint[]) to carteiro_sender;
