-- webhook_apply_status: what Meta said of our messages, set-wise and in any order. Returns how many
-- messages changed.
--
-- Our key (`<id>:<reserva_seq>`) finds the row even before our own answer was stored: then the event
-- is itself the proof of acceptance and settles the row (fila_record). Else the wamid finds it. A
-- message of several events gets one update: the highest rank, the earliest times.
--
-- Found, locked in order and changed by three statements over arrays: as one statement the planner
-- joined its parts, which it took for one row each, by nested loops (2,000 statuses took 3 s).
create or replace function webhook_apply_status(eventos bigint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
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
    v_dias interval := '8 days';
    v_restam bigint[] := eventos;
    v_quantas integer := 0;
begin
    perform webhook_settle(eventos);

    loop
        with dito as materialized (
            select w.id as evento, w.wamid, w.status, w.codigo, coalesce(w.ocorrido_em, w.recebido_em) as em,
                webhook_chave_mensagem(w.chave) as mensagem_id, webhook_chave_seq(w.chave) as seq
            from webhook_eventos w
            where w.id = any (v_restam)
        ), alvo as (
            select d.*, f.id as linha, f.encerrada_em
            from dito d
            join fila_mensagens f on f.id = d.mensagem_id
            where f.encerrada_em between v_agora - v_dias and v_agora + interval '1 day'
              and f.status = 'enviada' and (f.reserva_seq = d.seq or f.wamid = d.wamid)
            union all
            select d.*, f.id, f.encerrada_em
            from dito d
            join fila_mensagens f on hashtextextended(f.wamid, 0) = hashtextextended(d.wamid, 0) and f.wamid = d.wamid
            where d.mensagem_id is null
              and f.encerrada_em between v_agora - v_dias and v_agora + interval '1 day'
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
        from resumo r;

        if v_ids is not null then
            perform 1
            from fila_mensagens f
            where f.id = any (v_ids)
              and f.encerrada_em between v_de and v_ate
            order by f.id
            for no key update;

            with mudada as (
                update fila_mensagens f
                set entrega     = case when entrega_rank(r.entrega) > entrega_rank(f.entrega) then r.entrega else f.entrega end,
                    entregue_em = least(f.entregue_em, r.entregue_em),
                    lida_em     = least(f.lida_em, r.lida_em),
                    falhou_em   = least(f.falhou_em, r.falhou_em),
                    erro_codigo = coalesce(f.erro_codigo, r.codigo)
                from unnest(v_ids, v_fins, v_entregas, v_entregues, v_lidas, v_falhas, v_codigos)
                    as r (linha, fim, entrega, entregue_em, lida_em, falhou_em, codigo)
                where f.id = r.linha
                  and f.encerrada_em = r.fim
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
        exit when v_restam is null or v_dias > interval '8 days';
        v_dias := '31 days';
    end loop;

    update webhook_eventos w set erro = 'mensagem desconhecida' where w.id = any (v_restam);
    return v_quantas;
end
$$;
