-- sender_seen: a sender says that it lives and whether it reaches Redis. Returns the mode that binds
-- all of them, which that may have changed, how many of them count, and whether a row whose sender
-- vanished twice is due (fila_claim_alone).
--
-- Those count that were seen in the last 15 s, except one that has had no Redis for 60 s while
-- another has it. normal → degradado as soon as one that counts has no Redis; back when all that
-- count have had it for a second. A change is a new epoca.
--
-- Whoever may change the mode locks its row first and then looks again: what two senders say at the
-- same moment is one change, and none is decided on what the other one is about to take back. In
-- mode normal a sender that has Redis locks nothing.
create or replace function sender_seen(nome text, versao text, redis boolean)
returns table (modo text, epoca bigint, vivos integer, suspeitas boolean)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_tem constant boolean := coalesce(sender_seen.redis, false);
    v_modo modo_envio;
    v_devido text;
begin
    insert into trabalhadores as t (nome, processo, versao, iniciado_em, visto_em, redis_desde, redis_perdido_em)
    values (sender_seen.nome, 'carteiro-sender', sender_seen.versao, v_agora, v_agora,
        case when v_tem then v_agora end, case when not v_tem then v_agora end)
    on conflict on constraint trabalhadores_pkey do update
    set visto_em         = v_agora,
        processo         = excluded.processo,
        versao           = excluded.versao,
        -- nobody knows what it had while it was silent
        redis_desde      = case when v_tem and t.visto_em > v_agora - interval '15 seconds'
                                then coalesce(t.redis_desde, v_agora) else excluded.redis_desde end,
        redis_perdido_em = case when not v_tem then coalesce(t.redis_perdido_em, v_agora) end;
    delete from trabalhadores t
    where t.nome = any (array(
        select x.nome
        from trabalhadores x
        where x.visto_em < v_agora - interval '1 day'
        for update skip locked));

    select m.* into v_modo from modo_envio m where m.unico;
    select s.devido, s.vivos into v_devido, vivos from sender_mode(v_modo.modo) s;
    if not v_tem or v_modo.modo = 'degradado' or v_devido <> v_modo.modo then
        select m.* into v_modo from modo_envio m where m.unico for no key update;
        select s.devido, s.vivos into v_devido, vivos from sender_mode(v_modo.modo) s;
        if v_devido <> v_modo.modo then
            update modo_envio m
            set modo = v_devido, epoca = m.epoca + 1, desde = v_agora
            where m.unico
            returning m.* into v_modo;
            insert into auditoria (action, alvo, payload)
            values ('modo_envio', v_modo.modo,
                jsonb_build_object('epoca', v_modo.epoca, 'vivos', sender_seen.vivos, 'quem', sender_seen.nome));
            perform fila_wake();
        end if;
    end if;

    modo := v_modo.modo;
    epoca := v_modo.epoca;
    suspeitas := fila_has_suspects();
    return next;
end
$$;
grant execute on function sender_seen(text, text, boolean) to carteiro_sender;
