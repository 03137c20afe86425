-- disparos_cancel: these firings are not sent. Returns how many ended so.
--
-- What waits in the queue leaves it, as fila_cancelar does; what is being sent or has an end already
-- keeps its outcome, which its effects will write here. Who shared the message of a cancelled one
-- (several reminders of one day) is planned again, without it. Firings are locked before messages:
-- whoever queues one holds it, so none slips in between.
create or replace function disparos_cancel(ids bigint[], motivo text)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_planejados bigint[];
    v_mensagens uuid[];
    v_movidas uuid[];
    v_fora bigint[];
begin
    if coalesce(cardinality(ids), 0) = 0 then
        return 0;
    end if;
    select array_agg(d.id) filter (where d.status = 'planejado'),
        array_agg(distinct d.mensagem_id) filter (where d.status = 'enfileirado')
    into v_planejados, v_mensagens
    from (
        select x.id, x.status, x.mensagem_id
        from disparos x
        where x.id = any (ids) and x.status in ('planejado', 'enfileirado')
        order by x.id
        for update) as d;

    if v_mensagens is not null then
        v_movidas := array(
            select f.id
            from fila_ativa f
            where f.id = any (v_mensagens) and f.status <> 'processando'
            order by f.id
            for update);
        perform fila_move(v_movidas, 'cancelada', array[disparos_cancel.motivo]);
        update disparos d
        set status = 'planejado', mensagem_id = null
        where d.mensagem_id is not null
          and d.mensagem_id = any (v_movidas)
          and d.status = 'enfileirado'
          and d.id <> all (ids);
    end if;

    with fora as (
        update disparos d
        set status = 'cancelado', motivo = disparos_cancel.motivo, encerrado_em = agora()
        where d.id = any (ids)
          and (d.id = any (v_planejados) or d.status = 'enfileirado' and d.mensagem_id = any (v_movidas))
        returning d.id
    )
    select array_agg(f.id) into v_fora from fora f;
    if v_fora is null then
        return 0;
    end if;
    perform disparos_tell(v_fora);
    return cardinality(v_fora);
end
$$;
