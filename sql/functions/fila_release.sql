-- fila_release: ends quarantines that ran out without evidence, at most n. Returns how many it
-- looked at.
--
-- pelo_menos_uma: waiting again, to be sent once more, and declared (reenviada); out of attempts,
-- erro. no_maximo_uma: stays incerta until evidence or a person, and is erro after `incerta_dias`
-- (Meta repeats webhooks for 7 days).
--
-- The proof may still be on its way: nothing is released while an event that came before its end
-- waits to be applied, nor while the number's webhooks have been silent since the attempt
-- (webhooks_vistos), at most `silencio_ms` after it. Such a row is looked at again in a twentieth of that.
--
-- Looks only at quarantines that ended in the last `desde_ms` (null: ever); see fila_rescue.
create or replace function fila_release(n integer, incerta_dias integer, silencio_ms bigint default 3600000,
    desde_ms bigint default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_silencio constant interval := make_interval(secs => silencio_ms / 1000.0);
    v_por_aplicar timestamptz;
    v_tomadas uuid[];
    v_mudas uuid[];
    v_tentadas timestamptz[];
    v_volta uuid[];
    v_sem uuid[];
    v_velhas uuid[];
begin
    select min(w.recebido_em) into v_por_aplicar from webhook_pendentes w;
    select array_agg(x.id) into v_tomadas
    from (select f.id
          from fila_ativa f
          where f.reserva_ate < v_agora
            and f.reserva_ate < coalesce(v_por_aplicar, 'infinity')
            and f.reserva_ate >= coalesce(v_agora - make_interval(secs => desde_ms / 1000.0), '-infinity')
            and f.status = 'incerta'
          order by f.reserva_ate
          limit fila_release.n
          for update skip locked) as x;
    if v_tomadas is null then
        return 0;
    end if;

    select array_agg(f.id), array_agg(t.em) into v_mudas, v_tentadas
    from unnest(v_tomadas) as i (id)
    cross join lateral (
        select x.id, x.numero_id, x.reserva_seq, x.espera_motivo from fila_ativa x where x.id = i.id offset 0) as f
    join numeros k on k.id = f.numero_id
    cross join lateral (
        select max(coalesce(a.desde, a.em)) as em
        from tentativas a
        where a.mensagem_id = f.id
          and a.reserva_seq = f.reserva_seq
          and a.em > v_agora - v_silencio -- or it is older than that in any case
          and a.desfecho in ('desconhecida', 'sem_noticia')) as t
    where t.em > v_agora - v_silencio
      and f.espera_motivo is distinct from 'sem confirmação da Meta: espera uma pessoa'
      and not exists (
          select 1 from webhooks_vistos v where v.phone_number_id = k.identificador and v.em > t.em);
    update fila_ativa f
    set reserva_ate   = least(m.em + v_silencio, v_agora + v_silencio / 20),
        espera_motivo = 'webhooks do número em silêncio: espera a confirmação da Meta'
    from unnest(v_mudas, v_tentadas) as m (id, em)
    cross join lateral (select x.ctid as linha from fila_ativa x where x.id = m.id offset 0) as viva
    where f.ctid = viva.linha;

    select array_agg(f.id) filter (where f.garantia = 'pelo_menos_uma' and f.tentativas < f.max_tentativas),
        array_agg(f.id) filter (where f.garantia = 'pelo_menos_uma' and f.tentativas >= f.max_tentativas),
        array_agg(f.id) filter (where f.garantia = 'no_maximo_uma'
            and f.espera_motivo = 'sem confirmação da Meta: espera uma pessoa')
    into v_volta, v_sem, v_velhas
    from fila_ativa f
    where f.id = any (v_tomadas)
      and coalesce(f.reserva_ate < v_agora, false); -- bare it would be a path, and read the whole index

    update fila_ativa f
    set reserva_ate   = v_agora + make_interval(days => incerta_dias),
        espera_motivo = 'sem confirmação da Meta: espera uma pessoa'
    where f.id = any (v_tomadas)
      and coalesce(f.reserva_ate < v_agora, false)
      and f.garantia = 'no_maximo_uma'
      and f.espera_motivo is distinct from 'sem confirmação da Meta: espera uma pessoa';

    if v_volta is not null then -- for none the planner takes any partial index, and walks it
        with volta as (
            update fila_ativa f
            set status = 'pendente', reserva_ate = null, agendar_para = v_agora, espera_motivo = null
            where f.id = any (v_volta)
            returning f.id, f.reserva_seq
        )
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho)
        select v_agora, v.id, v.reserva_seq, 'reenviada' from volta v;
    end if;

    perform fila_move(v_sem, 'erro', array['resultado desconhecido e sem tentativas']);
    perform fila_move(v_velhas, 'erro', array['sem confirmação da Meta']);
    return cardinality(v_tomadas);
end
$$;
grant execute on function fila_release(integer, integer, bigint, bigint) to carteiro_planner;
