-- webhook_apply_status: what Meta said of our messages, set-wise and in any order. Element i of every
-- array is one status: its event, what our key names (null: not ours), the wamid, webhook_grau, code
-- and time; `de` and `ate` bound recebido_em of the events. Returns how many messages changed.
--
-- Our key (`<id>:<reserva_seq>`) finds the row, else the wamid does. What our own answer has not ended
-- yet is itself the proof of acceptance and settles the row (webhook_settle), and is looked up again.
-- A message of several events is looked up once and gets one update: the highest rank, the earliest times.
--
-- Found and locked in the order of ids by one statement, changed by the next: each message by its own
-- probe, whatever the statistics say (a plan made when the month was empty read all of it, 3 s for
-- 2,000 statuses, and joined by id it read it once for each), and by the place that its lock told.
create or replace function webhook_apply_status(eventos bigint[], mensagens uuid[], seqs bigint[], wamids text[],
    graus smallint[], codigos integer[], instantes timestamptz[], de timestamptz, ate timestamptz)
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
    v_todos constant bigint[] := eventos;
    v_ha_falhas constant boolean := 3 = any (graus);
    v_alvos uuid[];
    v_achados bigint[];
    v_ids uuid[];
    v_partes oid[];
    v_lugares tid[];
    v_ranks integer[];
    v_entregues timestamptz[];
    v_lidas timestamptz[];
    v_falhas timestamptz[];
    v_codigos integer[];
    v_graus_antes smallint[];
    v_graus_depois smallint[];
    v_de timestamptz;
    v_ate timestamptz;
    v_desde timestamptz := v_agora - interval '8 days';
    v_depois constant timestamptz := v_agora + interval '1 day';
    v_quantas integer := 0;
begin
    loop
        v_alvos := mensagens;
        if array_position(mensagens, null) is not null then
            v_alvos := webhook_targets(mensagens, wamids, v_desde, v_depois);
        end if;
        with dito as (
            select d.alvo, d.seq, d.wamid, max(d.grau) as grau,
                min(d.em) filter (where d.grau >= 4) as entregue_em,
                min(d.em) filter (where d.grau = 5) as lida_em,
                min(d.em) filter (where d.grau = 3) as falhou_em,
                min(d.codigo) filter (where d.grau = 3) as codigo,
                array_agg(d.evento) as eventos
            from unnest(eventos, v_alvos, mensagens, seqs, wamids, graus, codigos, instantes)
                as d (evento, alvo, mensagem_id, seq, wamid, grau, codigo, em)
            where d.alvo is not null
            group by d.alvo, d.seq, d.wamid
            order by d.alvo
        ), achada as materialized (
            select d.*, f.*
            from dito d
            cross join lateral (
                select x.tableoid as parte, x.ctid as lugar, x.encerrada_em, entrega_rank(x.entrega) as grau_antes,
                    x.entregue_em as entregue_antes, x.lida_em as lida_antes, x.falhou_em as falhou_antes,
                    x.erro_codigo as codigo_antes
                from fila_mensagens x
                where x.id = d.alvo
                  and x.encerrada_em between v_desde and v_depois
                  and x.status = 'enviada' and (x.reserva_seq = d.seq or x.wamid = d.wamid)
                for no key update) as f
        ), mudada as (
            select a.alvo, a.parte, a.lugar, a.encerrada_em, greatest(max(a.grau), a.grau_antes) as grau,
                least(min(a.entregue_em), a.entregue_antes) as entregue_em, least(min(a.lida_em), a.lida_antes) as lida_em,
                least(min(a.falhou_em), a.falhou_antes) as falhou_em, coalesce(a.codigo_antes, min(a.codigo)) as codigo,
                case when a.grau_antes = 3 and a.codigo_antes is null then 6 else a.grau_antes end as antes
            from achada a
            group by a.alvo, a.parte, a.lugar, a.encerrada_em, a.grau_antes, a.entregue_antes, a.lida_antes,
                a.falhou_antes, a.codigo_antes
            having max(a.grau) > a.grau_antes
                or least(min(a.entregue_em), a.entregue_antes) is distinct from a.entregue_antes
                or least(min(a.lida_em), a.lida_antes) is distinct from a.lida_antes
                or least(min(a.falhou_em), a.falhou_antes) is distinct from a.falhou_antes
                or a.codigo_antes is null and min(a.codigo) is not null
        )
        select array_agg(m.alvo), array_agg(m.parte), array_agg(m.lugar), array_agg(m.grau), array_agg(m.entregue_em),
            array_agg(m.lida_em), array_agg(m.falhou_em), array_agg(m.codigo), min(m.encerrada_em), max(m.encerrada_em),
            array_agg(m.antes), array_agg(case when m.grau = 3 and m.codigo is null then 6 else m.grau end),
            (select array_agg(x) from achada a cross join lateral unnest(a.eventos) as x)
        into v_ids, v_partes, v_lugares, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos, v_de, v_ate,
            v_graus_antes, v_graus_depois, v_achados
        from mudada m;

        if v_ids is not null then
            update fila_mensagens f
            set entrega     = coalesce(c_entregas[r.grau], f.entrega),
                entregue_em = r.entregue_em,
                lida_em     = r.lida_em,
                falhou_em   = r.falhou_em,
                erro_codigo = r.codigo
            from unnest(v_partes, v_lugares, v_ranks, v_entregues, v_lidas, v_falhas, v_codigos)
                as r (parte, lugar, grau, entregue_em, lida_em, falhou_em, codigo)
            where f.tableoid = r.parte
              and f.ctid = r.lugar
              and f.encerrada_em between v_de and v_ate;
            insert into efeitos (tipo, em, ate, mensagens, antes, depois) values ('entrega', v_de, v_ate, v_ids, v_graus_antes, v_graus_depois);
            v_quantas := v_quantas + cardinality(v_ids);
        end if;
        exit when cardinality(v_achados) = cardinality(eventos);

        -- nearly all statuses are of ended messages of the last days; the rest is looked up once more, over a month
        select array_agg(d.evento), array_agg(d.mensagem_id), array_agg(d.seq), array_agg(d.wamid), array_agg(d.grau),
            array_agg(d.codigo), array_agg(d.em)
        into eventos, mensagens, seqs, wamids, graus, codigos, instantes
        from unnest(eventos, mensagens, seqs, wamids, graus, codigos, instantes)
            as d (evento, mensagem_id, seq, wamid, grau, codigo, em)
        where not exists (select 1 from unnest(v_achados) as a (evento) where a.evento = d.evento);
        exit when v_desde < v_agora - interval '8 days';
        perform webhook_settle(mensagens, seqs, wamids, graus);
        v_desde := v_agora - interval '31 days';
    end loop;

    if coalesce(cardinality(v_achados), 0) < cardinality(eventos) then
        v_achados := webhook_zombies(eventos, mensagens, seqs, wamids, graus);
        perform webhook_fail(v_achados, de, ate, 'de uma reserva anterior');
        perform webhook_fail(array(select e from unnest(eventos) as e where e <> all (v_achados)), de, ate,
            'mensagem desconhecida');
    end if;
    if v_ha_falhas then
        perform webhook_pause(v_todos, de, ate);
    end if;
    return v_quantas;
end
$$;
