-- webhook_apply_status: what Meta said of our messages, set-wise and in any order. Returns how many
-- messages changed.
--
-- Our key (`<id>:<reserva_seq>`) finds the row even before our own answer was stored: then the event
-- is itself the proof of acceptance and settles the row (fila_record). Else the wamid finds it. A
-- message of several events gets one update: the highest rank, the earliest times.
--
-- Found, locked in order and changed by three statements over arrays, each message by its own probe,
-- whatever the statistics say: a plan made when the month was empty read all of it (3 s for 2,000
-- statuses), and joined by id it read it once for each.
create or replace function webhook_apply_status(eventos bigint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_ids uuid[];
    v_fins timestamptz[];
    v_entregas text[];
    v_entregues timestamptz[];
    v_lidas timestamptz[];
    v_falhas timestamptz[];
    v_codigos integer[];
    v_achados bigint[];
    v_mudadas uuid[];
    v_de timestamptz;
    v_ate timestamptz;
    v_desde timestamptz := v_agora - interval '8 days';
    v_depois constant timestamptz := v_agora + interval '1 day';
    v_restam bigint[] := eventos;
    v_quantas integer := 0;
    v_falhou boolean := false;
begin
    perform webhook_settle(eventos);

    loop
        with dito as materialized (
            select w.id as evento, w.wamid, w.status, w.codigo, coalesce(w.ocorrido_em, w.recebido_em) as em,
                webhook_chave_mensagem(w.chave) as mensagem_id, webhook_chave_seq(w.chave) as seq
            from webhook_eventos w
            where w.id = any (v_restam)
        ), alvo as (
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
            select a.linha, a.encerrada_em,
                (array_agg(e.entrega order by entrega_rank(e.entrega) desc))[1] as entrega,
                min(a.em) filter (where a.status in ('delivered', 'read', 'played')) as entregue_em,
                min(a.em) filter (where a.status in ('read', 'played')) as lida_em,
                min(a.em) filter (where a.status = 'failed') as falhou_em,
                min(a.codigo) filter (where a.status = 'failed') as codigo,
                array_agg(a.evento) as achados
            from alvo a
            cross join lateral (select case a.status when 'sent' then 'enviada' when 'delivered' then 'entregue'
                when 'read' then 'lida' when 'played' then 'lida' when 'failed' then 'falhou' end as entrega) as e
            group by a.linha, a.encerrada_em
        )
        select array_agg(r.linha), array_agg(r.encerrada_em), array_agg(r.entrega), array_agg(r.entregue_em),
            array_agg(r.lida_em), array_agg(r.falhou_em), array_agg(r.codigo), min(r.encerrada_em), max(r.encerrada_em),
            (select array_agg(x) from resumo s cross join lateral unnest(s.achados) as x)
        into v_ids, v_fins, v_entregas, v_entregues, v_lidas, v_falhas, v_codigos, v_de, v_ate, v_achados
        from (select * from resumo order by linha) as r;

        v_falhou := v_falhou or array_remove(v_codigos, null) <> '{}';
        if v_ids is not null then
            -- in the order of v_ids, which is that of ids
            perform 1
            from unnest(v_ids) as r (linha)
            cross join lateral (
                select 1
                from fila_mensagens x
                where x.id = r.linha and x.encerrada_em between v_de and v_ate
                for no key update) as trava;

            with mudada as (
                update fila_mensagens f
                set entrega     = case when entrega_rank(r.entrega) > entrega_rank(f.entrega) then r.entrega else f.entrega end,
                    entregue_em = least(f.entregue_em, r.entregue_em),
                    lida_em     = least(f.lida_em, r.lida_em),
                    falhou_em   = least(f.falhou_em, r.falhou_em),
                    erro_codigo = coalesce(f.erro_codigo, r.codigo)
                from unnest(v_ids, v_fins, v_entregas, v_entregues, v_lidas, v_falhas, v_codigos)
                    as r (linha, fim, entrega, entregue_em, lida_em, falhou_em, codigo)
                cross join lateral (
                    select x.tableoid as parte, x.ctid as lugar
                    from fila_mensagens x
                    where x.id = r.linha and x.encerrada_em = r.fim and x.encerrada_em between v_de and v_ate
                    offset 0) as onde
                where f.tableoid = onde.parte
                  and f.ctid = onde.lugar
                  and f.encerrada_em between v_de and v_ate
                  and (entrega_rank(r.entrega) > entrega_rank(f.entrega)
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
        select array_agg(x) into v_restam
        from (select unnest(v_restam) except select unnest(v_achados)) as falta (x);
        exit when v_restam is null or v_desde < v_agora - interval '8 days';
        v_desde := v_agora - interval '31 days';
    end loop;

    if v_restam is not null then
        v_achados := webhook_zombies(v_restam);
        update webhook_eventos w
        set erro = case when w.id = any (v_achados) then 'de uma reserva anterior' else 'mensagem desconhecida' end
        where w.id = any (v_restam);
    end if;
    if v_falhou then
        perform webhook_pause(eventos);
    end if;
    return v_quantas;
end
$$;
