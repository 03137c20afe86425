-- fila_settle_late: the part of fila_record for what is not live under its reserva any more: all
-- elements but those that changed a live row of `feitas`.
--
-- Ended meanwhile under the same reserva: acceptance makes it enviada from cancelada, expirada or
-- erro too (the customer has it; the earlier state is kept in tentativas). Overtaken by a newer
-- reserva_seq: a zombie's, kept and counted. What is settled here is sent later than it ended, if
-- only by a microsecond: efeitos_apply tells its two effects apart by that. A second statement after
-- the live part, with a fresh snapshot, or a row recorded meanwhile would be missed.
--
-- A day beyond agora(): we may have waited long for a row that somebody else then ended.
create or replace function fila_settle_late(trabalhador text, ids uuid[], seqs bigint[], desfechos text[],
    codigos integer[], erros text[], wamids text[], feitas uuid[])
returns table (liquidadas integer, zumbis integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_desde constant timestamptz := v_agora - interval '8 days';
    v_depois constant timestamptz := v_agora + interval '1 day';
    v_ids uuid[];
    v_seqs bigint[];
    v_wamids text[];
    v_antes text[];
    v_partes oid[];
    v_lugares tid[];
    v_fins timestamptz[];
    v_de timestamptz;
    v_ate timestamptz;
begin
    liquidadas := 0;
    zumbis := 0;
    -- by reserva: a batch may hold a zombie's answer beside that of the claim which overtook it
    select array_agg(r.id), array_agg(r.seq), array_agg(r.desfecho), array_agg(r.codigo), array_agg(r.erro),
        array_agg(r.wamid)
    into ids, seqs, desfechos, codigos, erros, wamids
    from (select *, seq = max(seq) over (partition by id) as is_atual
          from unnest(ids, seqs, desfechos, codigos, erros, wamids) as u (id, seq, desfecho, codigo, erro, wamid)) as r
    where not (r.is_atual and r.id = any (feitas));
    if ids is null then
        return next;
        return;
    end if;

    -- locked first, changed by the next statement: by its place a row is found in a fresh snapshot only
    select array_agg(a.id), array_agg(a.seq), array_agg(a.wamid), array_agg(a.status), array_agg(a.parte),
        array_agg(a.lugar), array_agg(a.encerrada_em), min(a.encerrada_em),
        max(greatest(v_agora, a.encerrada_em + interval '1 microsecond'))
    into v_ids, v_seqs, v_wamids, v_antes, v_partes, v_lugares, v_fins, v_de, v_ate
    from (select r.id, r.seq, r.wamid, f.*
          from (select *
                from unnest(ids, seqs, wamids, desfechos) as r (id, seq, wamid, desfecho)
                where r.desfecho = 'aceita'
                order by r.id) as r
          cross join lateral (
              select x.tableoid as parte, x.ctid as lugar, x.encerrada_em, x.status
              from fila_mensagens x
              where x.id = r.id
                and x.reserva_seq = r.seq
                and x.encerrada_em between v_desde and v_depois
                and x.status <> 'enviada'
              for update) as f) as a;
    if v_ids is not null then
        perform painel_forget(v_ids, v_desde, v_depois);
        update fila_mensagens f
        set status      = 'enviada',
            enviada_em  = greatest(v_agora, a.fim + interval '1 microsecond'),
            wamid       = a.wamid,
            entrega     = 'aceita',
            erro        = null,
            erro_codigo = null
        from unnest(v_wamids, v_partes, v_lugares, v_fins) as a (wamid, parte, lugar, fim)
        where f.tableoid = a.parte
          and f.ctid = a.lugar
          and f.encerrada_em between v_de and v_ate;
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, wamid, trabalhador, status_anterior)
        select v_agora, a.id, a.seq, 'liquidada', a.wamid, trabalhador, a.status
        from unnest(v_ids, v_seqs, v_wamids, v_antes) as a (id, seq, wamid, status);
        insert into efeitos (tipo, em, ate, mensagens) values ('fim', v_de, v_ate, v_ids);
    end if;

    with r as materialized (
        select r.*,
            exists (
                select 1 from fila_ativa x where x.id = r.id and x.reserva_seq = r.seq)
            or exists (
                select 1
                from fila_mensagens x
                where x.id = r.id and x.reserva_seq = r.seq and x.encerrada_em between v_desde and v_depois) as is_pronta
        from unnest(ids, seqs, codigos, erros, wamids) as r (id, seq, codigo, erro, wamid)
    ), dito as (
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, codigo, erro, wamid, trabalhador)
        select v_agora, r.id, r.seq, 'zumbi', r.codigo, r.erro, r.wamid, trabalhador
        from r
        where not r.is_pronta
        returning 1
    )
    select (select count(*) from r where r.is_pronta), (select count(*) from dito) into liquidadas, zumbis;
    return next;
end
$$;
