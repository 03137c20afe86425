-- fila_release: ends quarantines that ran out without evidence, at most n. Returns how many.
--
-- pelo_menos_uma: waiting again, to be sent once more, and declared (reenviada); out of attempts,
-- erro. no_maximo_uma: stays incerta until evidence or a person, and is erro after `incerta_dias`
-- (Meta repeats webhooks for 7 days). While events of webhooks wait to be applied nothing is
-- released: the proof may be among them.
create or replace function fila_release(n integer, incerta_dias integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_por_aplicar timestamptz;
    v_tomadas uuid[];
    v_volta uuid[];
    v_sem uuid[];
    v_velhas uuid[];
begin
    select min(w.recebido_em) into v_por_aplicar from webhook_eventos w where w.aplicado_em is null;
    select array_agg(x.id) into v_tomadas
    from (select f.id
          from fila_ativa f
          where f.reserva_ate < v_agora
            and f.reserva_ate < coalesce(v_por_aplicar, 'infinity')
            and f.status = 'incerta'
          order by f.reserva_ate
          limit fila_release.n
          for update skip locked) as x;
    if v_tomadas is null then
        return 0;
    end if;
    select array_agg(f.id) filter (where f.garantia = 'pelo_menos_uma' and f.tentativas < f.max_tentativas),
        array_agg(f.id) filter (where f.garantia = 'pelo_menos_uma' and f.tentativas >= f.max_tentativas),
        array_agg(f.id) filter (where f.garantia = 'no_maximo_uma'
            and f.espera_motivo = 'sem confirmação da Meta: espera uma pessoa')
    into v_volta, v_sem, v_velhas
    from fila_ativa f
    where f.id = any (v_tomadas);

    update fila_ativa f
    set reserva_ate   = v_agora + make_interval(days => incerta_dias),
        espera_motivo = 'sem confirmação da Meta: espera uma pessoa'
    where f.id = any (v_tomadas)
      and f.garantia = 'no_maximo_uma'
      and f.espera_motivo is distinct from 'sem confirmação da Meta: espera uma pessoa';

    with volta as (
        update fila_ativa f
        set status = 'pendente', reserva_ate = null, agendar_para = v_agora, espera_motivo = null
        where f.id = any (v_volta)
        returning f.id, f.reserva_seq
    )
    insert into tentativas (em, mensagem_id, reserva_seq, desfecho)
    select v_agora, v.id, v.reserva_seq, 'reenviada' from volta v;

    perform fila_move(v_sem, 'erro', array['resultado desconhecido e sem tentativas']);
    perform fila_move(v_velhas, 'erro', array['sem confirmação da Meta']);
    return cardinality(v_tomadas);
end
$$;
grant execute on function fila_release(integer, integer) to carteiro_planner;
