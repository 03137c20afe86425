-- webhook_apply_status: what Meta said of our messages, set-wise and in any order. Returns how many
-- messages changed.
--
-- Our key (`<id>:<reserva_seq>`) finds the row even before our own answer was stored: then the event
-- is itself the proof of acceptance and settles the row (fila_record). Else the wamid finds it. A
-- message of several events gets one update: the highest rank, the earliest times.
create or replace function webhook_apply_status(eventos bigint[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    v_mudadas uuid[];
    v_de timestamptz;
    v_ate timestamptz;
    v_dias interval := '8 days';
    v_restam bigint[] := eventos;
begin
    perform webhook_settle(eventos);

    loop
        with dito as materialized (
            select w.id as evento, w.wamid, w.status, w.codigo, coalesce(w.ocorrido_em, w.recebido_em) as em,
                case when w.chave ~ '^[0-9a-f-]{36}:[0-9]{1,18}$' then left(w.chave, 36)::uuid end as mensagem_id,
                case when w.chave ~ '^[0-9a-f-]{36}:[0-9]{1,18}$' then substr(w.chave, 38)::bigint end as seq
            from webhook_eventos w
            where w.id = any (v_restam)
        ), alvo as materialized (
            select d.*, f.id as linha, f.encerrada_em
            from dito d
            join fila_mensagens f on f.id = d.mensagem_id
            where f.encerrada_em between v_agora - v_dias and v_agora + interval '1 minute'
              and f.status = 'enviada' and (f.reserva_seq = d.seq or f.wamid = d.wamid)
            union all
            select d.*, f.id, f.encerrada_em
            from dito d
            join fila_mensagens f on hashtextextended(f.wamid, 0) = hashtextextended(d.wamid, 0) and f.wamid = d.wamid
            where d.mensagem_id is null
              and f.encerrada_em between v_agora - v_dias and v_agora + interval '1 minute'
        ), resumo as (
            select a.linha, a.encerrada_em,
                (array_agg(e.entrega order by entrega_rank(e.entrega) desc))[1] as entrega,
                min(a.em) filter (where a.status in ('delivered', 'read', 'played')) as entregue_em,
                min(a.em) filter (where a.status in ('read', 'played')) as lida_em,
                min(a.em) filter (where a.status = 'failed') as falhou_em,
                min(a.codigo) filter (where a.status = 'failed') as codigo
            from alvo a
            cross join lateral (select case a.status when 'sent' then 'enviada' when 'delivered' then 'entregue'
                when 'read' then 'lida' when 'played' then 'lida' when 'failed' then 'falhou' end as entrega) as e
            group by a.linha, a.encerrada_em
        ), trava as materialized (
            select f.id, f.encerrada_em
            from resumo r
            join fila_mensagens f on f.id = r.linha and f.encerrada_em = r.encerrada_em
            order by f.id
            for update of f
        ), mudada as (
            update fila_mensagens f
            set entrega     = case when entrega_rank(r.entrega) > entrega_rank(f.entrega) then r.entrega else f.entrega end,
                entregue_em = least(f.entregue_em, r.entregue_em),
                lida_em     = least(f.lida_em, r.lida_em),
                falhou_em   = least(f.falhou_em, r.falhou_em),
                erro_codigo = coalesce(f.erro_codigo, r.codigo)
            from resumo r
            join trava t on t.id = r.linha and t.encerrada_em = r.encerrada_em
            where f.id = r.linha
              and f.encerrada_em = r.encerrada_em
            returning f.id, f.encerrada_em
        )
        select (select array_agg(m.id) from mudada m), (select min(m.encerrada_em) from mudada m),
            (select max(m.encerrada_em) from mudada m),
            (select array_agg(d.evento) from dito d where d.evento not in (select a.evento from alvo a))
        into v_mudadas, v_de, v_ate, v_restam;

        if v_mudadas is not null then
            insert into efeitos (tipo, em, ate, mensagens) values ('entrega', v_de, v_ate, v_mudadas);
        end if;
        -- nearly all statuses are of the last days; the rest is looked up once more, over a month
        exit when v_restam is null or v_dias > interval '8 days';
        v_dias := '31 days';
    end loop;

    update webhook_eventos w set erro = 'mensagem desconhecida' where w.id = any (v_restam);
    return coalesce(cardinality(v_mudadas), 0);
end
$$;
