-- fila_reach: who was written to outside the 24 h window from a portfolio's numbers in the last 24 h,
-- and how many milliseconds ago first. Senders fill an empty Redis with it.
--
-- Counts what was accepted, and what may have been: its outcome unknown, or in flight for 2.5 s. What
-- was claimed later was not sent: a sender asks 3 s after it has found Redis empty, and until it is
-- filled nobody may be written to, so these rows wait for the answer. Looks into the
-- one or two months by name and by the expression of their summary (BRIN) alone: with a condition on
-- encerrada_em itself the index by cliente is a path too, and all of it is walked (fila_reach_month).
create or replace function fila_reach(portfolio bigint)
returns table (destino text, ha_ms bigint)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_desde constant timestamptz := v_agora - interval '24 hours';
    v_numeros integer[];
begin
    select array_agg(n.id) into v_numeros
    from numeros n
    join contas c on c.id = n.conta_id
    where c.portfolio_id = portfolio;
    return query
    select e.destino, (extract(epoch from v_agora - min(e.em)) * 1000)::bigint
    from (
        select m.destino, m.em
        from unnest(array[v_desde, v_agora]) with ordinality as mes (dia, n)
        cross join lateral fila_reach_month(mes.dia, v_numeros, v_desde) as m
        where mes.n = 1 or date_trunc('month', v_desde at time zone 'UTC') < date_trunc('month', v_agora at time zone 'UTC')
        union all
        select f.destino, coalesce(f.processando_desde, (
                select max(t.em) from tentativas t where t.mensagem_id = f.id and t.reserva_seq = f.reserva_seq
                  and t.em > v_agora - interval '32 days'), v_agora)
        from fila_ativa f
        where f.reserva_ate is not null
          and (f.status = 'incerta'
            or f.status = 'processando' and f.processando_desde < v_agora - interval '2.5 seconds')
          and f.fora_da_janela
          and f.numero_id = any (v_numeros)
    ) as e
    group by e.destino;
end
$$;
grant execute on function fila_reach(bigint) to carteiro_sender;
