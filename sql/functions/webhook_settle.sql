-- webhook_settle: statuses that name a claim whose row is still live, or was ended unsent: they
-- settle it, as the sender's own record would have. Element i of every array is one status of a key
-- of ours (grau: webhook_grau). Returns how many.
--
-- A status means that Meta accepted the message, also when it is `failed`: that then becomes its
-- delivery, whether it comes before or after our own answer. But `failed` alone takes nothing out
-- of the queue that waits to be sent again: the person does not have it. What it settles from any state
-- but processando fila_record tells in tentativas.
create or replace function webhook_settle(ids uuid[], seqs bigint[], wamids text[], graus smallint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_desde constant timestamptz := agora() - interval '8 days';
    v_depois constant timestamptz := agora() + interval '1 day';
    v_quantas integer;
    v_ids uuid[];
    v_seqs bigint[];
    v_wamids text[];
begin
    with dito as materialized (
        select distinct on (k.id) k.id, k.seq, k.wamid, k.grau = 3 as falhou
        from unnest(ids, seqs, wamids, graus) as k (id, seq, wamid, grau)
        where k.id is not null and k.grau is not null
        order by k.id, k.seq desc, k.grau = 3
    ), linha as (
        select d.*
        from dito d
        cross join lateral (
            select 1
            from fila_ativa f
            where f.id = d.id
              and f.reserva_seq = d.seq
              and (not d.falhou or f.status in ('processando', 'incerta'))
            offset 0) as viva
        union all
        select d.*
        from dito d
        cross join lateral (
            select 1
            from fila_mensagens f
            where f.id = d.id
              and f.reserva_seq = d.seq
              and f.status <> 'enviada'
              and f.encerrada_em between v_desde and v_depois
            offset 0) as finda
        where not d.falhou
    )
    select count(*), array_agg(l.id), array_agg(l.seq), array_agg(l.wamid)
    into v_quantas, v_ids, v_seqs, v_wamids
    from linha l;
    if v_quantas > 0 then
        perform fila_record('webhook', 0, v_ids, v_seqs, array_fill('aceita'::text, array[v_quantas]),
            array_fill(null::text, array[v_quantas]), array_fill(null::integer, array[v_quantas]),
            array_fill(null::text, array[v_quantas]), v_wamids, array_fill(null::text, array[v_quantas]),
            array_fill(null::text, array[v_quantas]), array_fill(0::bigint, array[v_quantas]));
    end if;
    return v_quantas;
end
$$;
