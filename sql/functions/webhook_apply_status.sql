-- webhook_apply_status: what Meta said of our messages, set-wise and in any order. Returns how many
-- messages changed.
--
-- Our key (`<id>:<reserva_seq>`) finds the row even before our own answer was stored: then the event
-- is itself the proof of acceptance and settles the row (fila_record). Else the wamid finds it. A
-- message of several events is looked up once and gets one update: the highest rank, the earliest times.
--
-- Events are read, and their keys understood, once. Found, locked in order and changed by three
-- statements over arrays, each message by its own probe, whatever the statistics say: a plan made when
-- the month was empty read all of it (3 s for 2,000 statuses), and joined by id it read it once for each.
create or replace function webhook_apply_status(eventos bigint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    c_entregas constant text[] := '{aceita,enviada,falhou,entregue,lida}'; -- by entrega_rank, from 1
    v_agora constant timestamptz := agora();
    v_eventos bigint[];
    v_mensagens uuid[];
    v_seqs bigint[];
    v_wamids text[];
    v_situacoes text[];
    v_erros integer[];
    v_instantes timestamptz[];
    v_ids uuid[];
    v_ranks integer[];
    v_entregues timestamptz[];
    v_lidas timestamptz[];
    v_falhas timestamptz[];
    v_codigos integer[];
    v_partes oid[];
    v_lugares tid[];
    v_achados bigint[];
    v_mudadas uuid[];
    v_de timestamptz;
    v_ate timestamptz;
    v_desde timestamptz := v_agora - interval '8 days';
    v_depois constant timestamptz := v_agora + interval '1 day';
    v_quantas integer := 0;
    v_falhou boolean := false;
begin
    select array_agg(w.id), array_agg(w.mensagem_id), array_agg(webhook_chave_seq(w.chave)), array_agg(w.wamid),
        array_agg(w.status), array_agg(w.codigo), array_agg(w.em)
    into v_eventos, v_mensagens, v_seqs, v_wamids, v_situacoes, v_erros, v_instantes
    from (select x.id, webhook_chave_mensagem(x.chave) as mensagem_id, x.chave, x.wamid, x.status, x.codigo,
              coalesce(x.ocorrido_em, x.recebido_em) as em
          from webhook_eventos x
          where x.id = any (webhook_apply_status.eventos)) as w;
    if v_eventos is null then
        return 0;
    end if;
    perform webhook_settle(v_mensagens, v_seqs, v_wamids, v_situacoes);

    loop
        with dito as (
            select d.mensagem_id, d.seq, d.wamid,
                max(case d.situacao when 'sent' then 2 when 'failed' then 3 when 'delivered' then 4
                    when 'read' then 5 when 'played' then 5 end) as grau,
                min(d.em) filter (where d.situacao in ('delivered', 'read', 'played')) as entregue_em,
                min(d.em) filter (where d.situacao in ('read', 'played')) as lida_em,
                min(d.em) filter (where d.situacao = 'failed') as falhou_em,
                min(d.codigo) filter (where d.situacao = 'failed') as codigo,
                array_agg(d.evento) as eventos
            from unnest(v_eventos, v_mensagens, v_seqs, v_wamids, v_situacoes, v_erros, v_instantes)
                as d (evento, mensagem_id, seq, wamid, situacao, codigo, em)
            group by d.mensagem_id, d.seq, d.wamid
        ), alvo as materialized (
            select d.*, f.linha, f.encerrada_em
            from dito d
            cross join lateral (
                select x.id as linha, x.encerrada_em
                from fila_mensagens x
                where x.id = d.mensagem_id
                  and x.encerrada_em between v_desde and v_depois
                  and x.status = 'enviada' and (x.reserva_seq = d.seq or x.wamid = d.wamid)
                offset 0) as f
            union all
            select d.*, f.linha, f.encerrada_em
            from dito d
            cross join lateral (
                select x.id as linha, x.encerrada_em
                from fila_mensagens x
                where hashtextextended(x.wamid, 0) = hashtextextended(d.wamid, 0)
                  and x.wamid = d.wamid
                  and x.encerrada_em between v_desde and v_depois
                offset 0) as f
            where d.mensagem_id is null
        ), resumo as (
            select a.linha, max(a.grau) as grau, min(a.entregue_em) as entregue_em, min(a.lida_em) as lida_em,
                min(a.falhou_em) as falhou_em, min(a.codigo) as codigo, a.encerrada_em
            from alvo a
            group by a.linha, a.encerrada_em
        )
        select array_agg(r.linha), array_agg(r.grau), array_agg(r.entregue_em), array_agg(r.lida_em),
            array_agg(r.falhou_em), array_agg(r.codigo), min(r.encerrada_em), max(r.encerrada_em),
            (select array_agg(x) from alvo a cross join lateral unnest(a.eventos) as x)
        into v_ids, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos, v_de, v_ate, v_achados
        from resumo r;

        v_falhou := v_falhou or array_remove(v_codigos, null) <> '{}';
        if v_ids is not null then
            -- locked first, changed by the next statement: by its place a row is found in a fresh snapshot only
            select array_agg(t.parte), array_agg(t.lugar), array_agg(t.grau), array_agg(t.entregue_em),
                array_agg(t.lida_em), array_agg(t.falhou_em), array_agg(t.codigo)
            into v_partes, v_lugares, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos
            from (select r.*, f.*
                  from (select *
                        from unnest(v_ids, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos)
                            as u (linha, grau, entregue_em, lida_em, falhou_em, codigo)
                        order by u.linha) as r
                  cross join lateral (
                      select x.tableoid as parte, x.ctid as lugar
                      from fila_mensagens x
                      where x.id = r.linha and x.encerrada_em between v_de and v_ate
                      for no key update) as f) as t;

            with mudada as (
                update fila_mensagens f
                set entrega     = case when r.grau > entrega_rank(f.entrega) then c_entregas[r.grau] else f.entrega end,
                    entregue_em = least(f.entregue_em, r.entregue_em),
                    lida_em     = least(f.lida_em, r.lida_em),
                    falhou_em   = least(f.falhou_em, r.falhou_em),
                    erro_codigo = coalesce(f.erro_codigo, r.codigo)
                from unnest(v_partes, v_lugares, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos)
                    as r (parte, lugar, grau, entregue_em, lida_em, falhou_em, codigo)
                where f.tableoid = r.parte
                  and f.ctid = r.lugar
                  and f.encerrada_em between v_de and v_ate
                  and (r.grau > entrega_rank(f.entrega)
                       or least(f.entregue_em, r.entregue_em) is distinct from f.entregue_em
                       or least(f.lida_em, r.lida_em) is distinct from f.lida_em
                       or least(f.falhou_em, r.falhou_em) is distinct from f.falhou_em
                       or f.erro_codigo is null and r.codigo is not null)
                returning f.id, f.encerrada_em
            )
            select array_agg(m.id), min(m.encerrada_em), max(m.encerrada_em) into v_mudadas, v_de, v_ate from mudada m;

            if v_mudadas is not null then
                insert into efeitos (tipo, em, ate, mensagens) values ('entrega', v_de, v_ate, v_mudadas);
                v_quantas := v_quantas + cardinality(v_mudadas);
            end if;
        end if;

        -- nearly all statuses are of the last days; the rest is looked up once more, over a month
        select array_agg(d.evento), array_agg(d.mensagem_id), array_agg(d.seq), array_agg(d.wamid),
            array_agg(d.situacao), array_agg(d.codigo), array_agg(d.em)
        into v_eventos, v_mensagens, v_seqs, v_wamids, v_situacoes, v_erros, v_instantes
        from unnest(v_eventos, v_mensagens, v_seqs, v_wamids, v_situacoes, v_erros, v_instantes)
            as d (evento, mensagem_id, seq, wamid, situacao, codigo, em)
        where not exists (select 1 from unnest(v_achados) as a (evento) where a.evento = d.evento);
        exit when v_eventos is null or v_desde < v_agora - interval '8 days';
        v_desde := v_agora - interval '31 days';
    end loop;

    if v_eventos is not null then
        v_achados := webhook_zombies(v_eventos);
        update webhook_eventos w
        set erro = case when w.id = any (v_achados) then 'de uma reserva anterior' else 'mensagem desconhecida' end
        where w.id = any (v_eventos);
    end if;
    if v_falhou then
        perform webhook_pause(webhook_apply_status.eventos);
    end if;
    return v_quantas;
end
$$;
