-- fila_rescue: rows whose reserva ran out become incerta until quarentena is over, oldest first, at
-- most n. Returns how many.
--
-- A sender died or was paused; whether its POST left, nobody here knows, so nothing is sent again by
-- this function. reserva_seq stays: evidence of the same reserva may still settle the row; the next
-- claim bumps it and ends that. The lost attempt is declared in tentativas, with the sender that had
-- it and since when. A row that has now cost three senders ends as erro: it is what kills them.
-- Evidence still settles it.
--
-- Looks only at what ran out in the last `desde_ms` (null: ever). Each claim leaves a dead entry
-- behind in the index of reserva_ate, to be walked while any snapshot is held: the planner names its
-- last look and a little more, and looks at everything once a minute.
create or replace function fila_rescue(n integer, quarentena_ms bigint, desde_ms bigint default null)
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
    v_desde timestamptz[];
    v_veneno uuid[];
    resgatadas integer;
begin
    select array_agg(x.linha), array_agg(x.quem), array_agg(x.desde) into v_linhas, v_quem, v_desde
    from (select f.ctid as linha, f.reservada_por as quem, f.processando_desde as desde
          from fila_ativa f
          where f.reserva_ate < v_agora
            and f.reserva_ate >= coalesce(v_agora - make_interval(secs => desde_ms / 1000.0), '-infinity')
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
        from unnest(v_linhas, v_quem, v_desde) as v (linha, quem, desde)
        where f.ctid = v.linha
        returning f.id, f.reserva_seq, f.resgates, v.quem, v.desde
    ), dita as (
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, trabalhador, desde)
        select v_agora, r.id, r.reserva_seq, 'sem_noticia', r.quem, r.desde from resgatada r
    )
    select count(*), array_agg(r.id) filter (where r.resgates >= 3) into resgatadas, v_veneno
    from resgatada r;
    perform fila_move(v_veneno, 'erro', array['derrubou quem a enviava três vezes']);
    return resgatadas;
end
$$;
grant execute on function fila_rescue(integer, bigint, bigint) to carteiro_planner;
