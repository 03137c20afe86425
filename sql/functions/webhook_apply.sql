-- webhook_apply: takes what was stored and is not yet applied, oldest first, until it holds n events,
-- and applies it. Returns how many events: n or more while there may be others. `idade_ms`: only what
-- has waited for so long. The planner does that, for what a dead gateway left: beside a living one each
-- would wait for messages that the other holds. `followup`: whoever writes gets a post_service follow-up a
-- day later (ENABLE_FOLLOWUP).
--
-- Statuses set-wise, all else one by one: people first (what they wrote, what they told WhatsApp, statuses that
-- say that they want no marketing), then statuses, then what is of numbers, accounts and templates, which one
-- caller at a time does. An event that cannot be applied keeps its error and does not stop the rest: statuses that fail
-- together are applied one by one. Two callers take different rows of the list (SKIP LOCKED), which go
-- in the transaction that applies them: a crash leaves them there. What is stored twice is applied
-- twice, and the second time changes nothing. People first, then messages: the order in which
-- everybody locks them.
create or replace function webhook_apply(n integer, idade_ms bigint default 0, followup boolean default false)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_velhas constant timestamptz := case when idade_ms > 0 then agora() - make_interval(secs => idade_ms / 1000.0)
        else 'infinity' end; -- of a clock that was ahead too
    v_de timestamptz;
    v_ate timestamptz;
    v_lugares tid[] := '{}';
    v_quantos bigint := 0;
    v_numeros text[];
    v_vistos timestamptz[];
    v_outros bigint[];
    v_contas bigint[];
    v_eventos bigint[];
    v_mensagens uuid[];
    v_seqs bigint[];
    v_wamids text[];
    v_graus smallint[];
    v_codigos integer[];
    v_instantes timestamptz[];
    v_id bigint;
    achados record;
begin
    loop
        -- as many rows as would not hold too much if all were full: what is not taken is not locked
        select array_agg(x.ctid) as lugares, sum(x.quantos) as quantos, min(x.recebido_em) as de,
            max(x.recebido_em) as ate, (array_agg(x.id))[count(*)] as ultimo
        into achados
        from (select w.ctid, w.quantos, w.recebido_em, w.id
              from webhook_pendentes w
              where (w.recebido_em, w.id) > (coalesce(v_ate, '-infinity'), coalesce(v_id, 0))
                and w.recebido_em <= v_velhas
              order by w.recebido_em, w.id
              limit greatest(1, (n - v_quantos) / 500)
              for update skip locked) as x;
        exit when achados.lugares is null;
        v_de := coalesce(v_de, achados.de);
        v_ate := achados.ate;
        v_id := achados.ultimo;
        v_lugares := v_lugares || achados.lugares;
        v_quantos := v_quantos + achados.quantos;
        exit when v_quantos >= n;
    end loop;
    if v_quantos = 0 then
        return 0;
    end if;
    select array_agg(u.numero), array_agg(w.recebido_em) into v_numeros, v_vistos
    from webhook_pendentes w
    cross join lateral unnest(w.numeros) as u (numero)
    where w.ctid = any (v_lugares);
    select array_agg(u.evento) into v_outros
    from webhook_pendentes w
    cross join lateral unnest(w.outros) as u (evento)
    where w.ctid = any (v_lugares);
    if v_outros is not null then
        select array_agg(w.id) filter (where w.tipo in ('mensagem', 'user_preferences', 'user_id_update')),
            array_agg(w.id) filter (where w.tipo not in ('mensagem', 'user_preferences', 'user_id_update'))
        into v_outros, v_contas
        from webhook_eventos w
        where w.id = any (v_outros) and w.recebido_em between v_de and v_ate;
    end if;
    select array_agg(u.evento), array_agg(u.mensagem), array_agg(u.seq), array_agg(u.wamid), array_agg(u.grau),
        array_agg(u.codigo), array_agg(u.instante)
    into v_eventos, v_mensagens, v_seqs, v_wamids, v_graus, v_codigos, v_instantes
    from webhook_pendentes w
    cross join lateral unnest(w.eventos, w.mensagens, w.seqs, w.wamids, w.graus, w.codigos, w.instantes)
        as u (evento, mensagem, seq, wamid, grau, codigo, instante)
    where w.ctid = any (v_lugares);
    if v_codigos && '{131050,131049,130472}' then -- the person stopped marketing, or Meta keeps it from them
        v_outros := v_outros || array(
            select u.evento
            from unnest(v_eventos, v_graus, v_codigos) as u (evento, grau, codigo)
            where u.grau = 3 and u.codigo in (131050, 131049, 130472));
    end if;
    if v_contas is not null then
        perform pg_advisory_xact_lock(hashtext('carteiro.webhook_contas')); -- before any row
    end if;
    delete from webhook_pendentes w where w.ctid = any (v_lugares);
    perform set_config('carteiro.followup', webhook_apply.followup::text, true); -- webhook_apply_message reads it

    if v_outros is not null then
        perform webhook_apply_people(v_outros, v_de, v_ate);
    end if;
    if v_eventos is not null then
        begin
            perform webhook_apply_status(v_eventos, v_mensagens, v_seqs, v_wamids, v_graus, v_codigos, v_instantes, v_de, v_ate);
        exception
            when serialization_failure or deadlock_detected then
                raise; -- the whole is repeated
            when others then
                for i in 1..cardinality(v_eventos) loop
                    begin
                        perform webhook_apply_status(v_eventos[i:i], v_mensagens[i:i], v_seqs[i:i], v_wamids[i:i],
                            v_graus[i:i], v_codigos[i:i], v_instantes[i:i], v_de, v_ate);
                    exception
                        when serialization_failure or deadlock_detected then
                            raise;
                        when others then
                            perform webhook_fail(v_eventos[i:i], v_de, v_ate, sqlstate || ': ' || sqlerrm);
                    end;
                end loop;
        end;
    end if;
    if v_contas is not null then
        perform webhook_apply_accounts(v_contas, v_de, v_ate);
    end if;
    perform webhook_seen(v_numeros, v_vistos);
    return v_quantos;
end
$$;
grant execute on function webhook_apply(integer, bigint, boolean) to carteiro_gateway, carteiro_planner;
