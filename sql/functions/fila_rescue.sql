-- fila_rescue: rows whose reserva ran out become incerta until quarentena is over, oldest first, at
-- most n. Returns how many.
--
-- A sender died or was paused; whether its POST left, nobody here knows, so nothing is sent again by
-- this function. reserva_seq stays: evidence of the same reserva may still settle the row; the next
-- claim bumps it and ends that. The lost attempt is declared in tentativas.
create or replace function fila_rescue(n integer, quarentena_ms bigint)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_agora constant timestamptz := agora();
    resgatadas integer;
begin
    with resgatada as (
        update fila_ativa f
        set status            = 'incerta',
            reserva_ate       = v_agora + make_interval(secs => quarentena_ms / 1000.0),
            reservada_por     = null,
            processando_desde = null,
            resgates          = f.resgates + 1,
            espera_motivo     = 'quem enviava sumiu: espera a confirmação da Meta'
        from (select x.id, x.reservada_por as quem
              from fila_ativa x
              where x.id = any (array(
                  select y.id
                  from fila_ativa y
                  where y.reserva_ate < v_agora
                    and y.status = 'processando'
                  order by y.reserva_ate
                  limit fila_rescue.n
                  for update skip locked))) as alvo
        where f.id = alvo.id
          and f.status = 'processando'
        returning f.id, f.reserva_seq, alvo.quem
    ), declarada as (
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, trabalhador)
        select v_agora, r.id, r.reserva_seq, 'sem_noticia', r.quem from resgatada r
        returning 1
    )
    select count(*) into resgatadas from declarada;
    return resgatadas;
end
$$;
grant execute on function fila_rescue(integer, bigint) to carteiro_planner;
