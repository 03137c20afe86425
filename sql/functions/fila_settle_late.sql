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
as $$
declare
    v_agora constant timestamptz := agora();
    v_desde constant timestamptz := v_agora - interval '8 days';
    v_depois constant timestamptz := v_agora + interval '1 day';
    v_novas uuid[];
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

    with r as materialized (
        select * from unnest(ids, seqs, wamids, desfechos) as r (id, seq, wamid, desfecho)
        where r.desfecho = 'aceita'
    ), antes as (
        select f.id, f.encerrada_em, f.status, r.seq, r.wamid
        from r
        join fila_mensagens f on f.id = r.id and f.reserva_seq = r.seq
        where f.encerrada_em between v_desde and v_depois
          and f.status <> 'enviada'
        order by f.id
        for update of f
    ), mudada as (
        update fila_mensagens f
        set status      = 'enviada',
            enviada_em  = greatest(v_agora, a.encerrada_em + interval '1 microsecond'),
            wamid       = a.wamid,
            entrega     = 'aceita',
            erro        = null,
            erro_codigo = null
        from antes a
        where f.id = a.id
          and f.encerrada_em = a.encerrada_em
          and f.encerrada_em between v_desde and v_depois
        returning f.id, f.encerrada_em, f.enviada_em
    ), dito as (
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, wamid, trabalhador, status_anterior)
        select v_agora, a.id, a.seq, 'liquidada', a.wamid, trabalhador, a.status from antes a
    )
    select array_agg(m.id), min(m.encerrada_em), max(m.enviada_em) into v_novas, v_de, v_ate from mudada m;
    if v_novas is not null then
        insert into efeitos (tipo, em, ate, mensagens) values ('fim', v_de, v_ate, v_novas);
    end if;

    with r as materialized (
        select * from unnest(ids, seqs, codigos, erros, wamids) as r (id, seq, codigo, erro, wamid)
    ), pronta as materialized (
        select r.id, r.seq
        from r
        join fila_mensagens f on f.id = r.id and f.reserva_seq = r.seq
        where f.encerrada_em between v_desde and v_depois or f.encerrada_em = 'infinity'
    ), dito as (
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, codigo, erro, wamid, trabalhador)
        select v_agora, r.id, r.seq, 'zumbi', r.codigo, r.erro, r.wamid, trabalhador
        from r
        left join pronta p on p.id = r.id and p.seq = r.seq
        where p.id is null
        returning 1
    )
    select (select count(*) from pronta), (select count(*) from dito) into liquidadas, zumbis;
    return next;
end
$$;
