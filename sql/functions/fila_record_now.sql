-- fila_record_now: what became of a batch of reservas, without waiting for anybody. Element i of every
-- array is one message.
--
-- desfechos[i]: aceita (Meta has it: enviada, into the month), recusada (for good: erro), repetir
-- (refused, tried again after 60 s × 2^n with jitter while attempts are left, else erro), limitada
-- (throttled: back after esperas_ms, no attempt spent), devolvida (never sent: back after
-- esperas_ms, no attempt spent), desconhecida (may have arrived: incerta until quarentena is over).
--
-- Each element names its reserva (ids, seqs). Acceptance settles the row from whatever state it is
-- in, as long as nobody has claimed it since (liquidada in tentativas, unless that was processando);
-- a definite refusal needs it in processando or incerta, an unknown outcome in processando. What a newer
-- reserva_seq has overtaken changes nothing, is kept in tentativas and counted in `zumbis`. `gravadas`
-- counts what changed a live row, `liquidadas` what a webhook or a person had ended before us.
--
-- A row that somebody else has locked is left as it is, and its place in the arrays, from 1, comes back
-- as `ocupada`, one row of the answer each, the counts on all of them: say it again later. To wait for it
-- with others of the batch locked would let a person's wide UPDATE, which meets the same rows in another
-- order, end as the victim of a deadlock. None is held: one row, `ocupada` null.
--
-- Each is looked up by id and locked, in one pass, then copied into its month and
-- deleted by its place: joined by id alone, a planner whose statistics are of the emptied queue walks
-- all of it, once for each element (17 s for 300 of 100,000). Two statements for the move, because the
-- rows of one (DELETE … RETURNING into INSERT) are written down in between: 17 % of the whole.
create or replace function fila_record_now(
    trabalhador text, quarentena_ms bigint,
    ids uuid[], seqs bigint[], desfechos text[], classes text[], codigos integer[], erros text[],
    wamids text[], wa_ids text[], entregas text[], esperas_ms bigint[])
returns table (gravadas integer, liquidadas integer, zumbis integer, ocupada integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    fim constant timestamptz := agora();
    v_vivas uuid[];
    v_ocupadas integer[];
    v_fim uuid[];
    v_linhas tid[];
    v_foram boolean[];
    v_codigos integer[];
    v_erros text[];
    v_wamids text[];
    v_wa_ids text[];
    v_entregas text[];
    v_ha_tardias boolean;
    v_volta uuid[] := '{}';
    v_feitas uuid[];
begin
    select array_agg(a.id), array_agg(a.id) filter (where a.is_fim), array_agg(a.linha) filter (where a.is_fim),
        array_agg(a.foi) filter (where a.is_fim), array_agg(a.codigo) filter (where a.is_fim),
        array_agg(a.erro) filter (where a.is_fim), array_agg(a.wamid) filter (where a.is_fim),
        array_agg(a.wa_id) filter (where a.is_fim), array_agg(a.entrega) filter (where a.is_fim),
        bool_or(a.foi and a.status <> 'processando')
    into v_vivas, v_fim, v_linhas, v_foram, v_codigos, v_erros, v_wamids, v_wa_ids, v_entregas, v_ha_tardias
    from (
        select r.*, r.desfecho = 'aceita' as foi, viva.linha, viva.status,
            case r.desfecho
                when 'aceita' then true
                when 'recusada' then viva.status in ('processando', 'incerta')
                when 'repetir' then viva.status in ('processando', 'incerta') and viva.is_ultima
                else false
            end as is_fim
        from (
            select distinct on (u.id, u.seq) u.*
            from unnest(ids, seqs, desfechos, codigos, erros, wamids, wa_ids, entregas)
                as u (id, seq, desfecho, codigo, erro, wamid, wa_id, entrega)
            order by u.id, u.seq, u.desfecho <> 'aceita'
        ) as r
        cross join lateral (
            select x.ctid as linha, x.reserva_seq, x.status, x.tentativas >= x.max_tentativas as is_ultima
            from fila_ativa x
            where x.id = r.id
            offset 0
            for update skip locked) as viva
        where viva.reserva_seq = r.seq
    ) as a;

    if cardinality(v_vivas) is distinct from cardinality(ids) then
        v_ocupadas := fila_held(ids, seqs, desfechos, v_vivas);
    end if;
    if v_ocupadas is not null then
        select array_agg(u.id), array_agg(u.seq), array_agg(u.desfecho), array_agg(u.classe), array_agg(u.codigo),
            array_agg(u.erro), array_agg(u.wamid), array_agg(u.espera_ms)
        into ids, seqs, desfechos, classes, codigos, erros, wamids, esperas_ms
        from unnest(ids, seqs, desfechos, classes, codigos, erros, wamids, esperas_ms) with ordinality
            as u (id, seq, desfecho, classe, codigo, erro, wamid, espera_ms, n)
        where u.n <> all (v_ocupadas);
    end if;

    if v_ha_tardias then
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, wamid, trabalhador, status_anterior)
        select fim, f.id, f.reserva_seq, 'liquidada', v.wamid, trabalhador, f.status
        from unnest(v_linhas, v_foram, v_wamids) as v (linha, foi, wamid)
        join fila_ativa f on f.ctid = v.linha
        where v.foi and f.status <> 'processando';
    end if;
    if v_fim is not null then
        insert into fila_mensagens (id, empresa_id, cliente_id, conversa_id, numero_id, canal, destino, tipo,
            formato, conteudo, carga, modelo_id, parametros, prioridade, faixa, status, tentativas,
            max_tentativas, agendar_para, ordem, valido_ate, garantia, reserva_seq, adiamentos, resgates,
            espera_motivo, enviada_em, wamid, wa_id, entrega, erro, erro_codigo, origem, origem_id, metadata,
            fora_da_janela, resposta_a, digitando, created_at, encerrada_em)
        -- a conversa that has to be opened for it (efeitos_apply_contact) gets its id: it is not written again
        select f.id, f.empresa_id, f.cliente_id, case when v.foi then coalesce(f.conversa_id, f.id) else f.conversa_id end, f.numero_id, f.canal, f.destino, f.tipo,
            f.formato, f.conteudo, f.carga, f.modelo_id, f.parametros, f.prioridade, f.faixa,
            case when v.foi then 'enviada' else 'erro' end, f.tentativas,
            f.max_tentativas, f.agendar_para, f.ordem, f.valido_ate, f.garantia, f.reserva_seq, f.adiamentos, f.resgates,
            f.espera_motivo, case when v.foi then fim end, v.wamid, v.wa_id,
            case when v.foi then coalesce(v.entrega, 'aceita') end,
            case when v.foi then null else v.erro end, case when v.foi then null else v.codigo end,
            f.origem, f.origem_id, f.metadata, f.fora_da_janela, f.resposta_a, f.digitando, f.created_at, fim
        from unnest(v_linhas, v_foram, v_codigos, v_erros, v_wamids, v_wa_ids, v_entregas)
            as v (linha, foi, codigo, erro, wamid, wa_id, entrega)
        join fila_ativa f on f.ctid = v.linha;
        delete from fila_ativa f where f.ctid = any (v_linhas);
        insert into efeitos (tipo, em, ate, mensagens) values ('fim', fim, fim, v_fim);
    end if;

    if 'aceita' <> any (desfechos) then
        v_volta := fila_put_back(fim, quarentena_ms, ids, seqs, desfechos, erros, esperas_ms);
        insert into tentativas (em, mensagem_id, reserva_seq, desfecho, classe, codigo, erro, trabalhador)
        select fim, r.id, r.seq, r.desfecho, r.classe, r.codigo, r.erro, trabalhador
        from unnest(ids, seqs, desfechos, classes, codigos, erros) as r (id, seq, desfecho, classe, codigo, erro)
        -- without a class it was our own limit: nothing was tried
        where (r.desfecho in ('recusada', 'repetir', 'desconhecida') or r.desfecho = 'limitada' and r.classe is not null)
          and r.id = any (v_fim || v_volta);
    end if;

    v_feitas := coalesce(v_fim, '{}') || v_volta;
    gravadas := cardinality(v_feitas);
    liquidadas := 0;
    zumbis := 0;
    if gravadas < cardinality(ids) then
        select l.liquidadas, l.zumbis into liquidadas, zumbis
        from fila_settle_late(trabalhador, ids, seqs, desfechos, codigos, erros, wamids, v_feitas) l;
    end if;
    if v_ocupadas is null then
        return next;
        return;
    end if;
    foreach ocupada in array v_ocupadas loop
        return next;
    end loop;
end
$$;
grant execute on function fila_record_now(text, bigint, uuid[], bigint[], text[], text[], integer[], text[],
    text[], text[], text[], bigint[]) to carteiro_sender;
