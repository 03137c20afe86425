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
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_linhas tid[];
    v_quem text[];
    resgatadas integer;
begin
    select array_agg(x.linha), array_agg(x.quem) into v_linhas, v_quem
    from (select f.ctid as linha, f.reservada_por as quem
          from fila_ativa f
          where f.reserva_ate < v_agora
            and f.status = 'processando'
          order by f.reserva_ate
          limit fila_rescue.n
          for update skip locked) as x;
    if v_linhas is null then
        return 0;
    end if;
    with resgatada as (
        update fila_ativa f
        set status            = 'incerta',
            reserva_ate       = v_agora + make_interval(secs => quarentena_ms / 1000.0),
            reservada_por     = null,
            processando_desde = null,
            resgates          = f.resgates + 1,
            espera_motivo     = 'quem enviava sumiu: espera a confirmação da Meta'
        from unnest(v_linhas, v_quem) as v (linha, quem)
        where f.ctid = v.linha
        returning f.id, f.reserva_seq, v.quem
    )
    insert into tentativas (em, mensagem_id, reserva_seq, desfecho, trabalhador)
    select v_agora, r.id, r.reserva_seq, 'sem_noticia', r.quem from resgatada r;
    get diagnostics resgatadas = row_count;
    return resgatadas;
end
$$;
grant execute on function fila_rescue(integer, bigint) to carteiro_planner;
