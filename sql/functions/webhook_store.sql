-- webhook_store: keeps the events of webhooks, before Meta is answered, and puts them on the list of
-- what is to apply. Returns how many.
--
-- One element of every array is one event; `corpos` is the event as it came. `ocorridos` are Unix
-- seconds as Meta sends them (null: unknown). `mensagens` and `seqs` are what the key of a status names,
-- null when it is none of ours; without these arrays keys are understood here, at 2.4 µs each. The list
-- holds what a status needs to be applied, 500 events a row, and the wide row is never written again.
create or replace function webhook_store(tipos text[], wabas text[], numeros text[], wamids text[],
    situacoes text[], chaves text[], codigos integer[], ocorridos bigint[], corpos text[],
    mensagens uuid[] default null, seqs bigint[] default null)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    -- what webhook_apply acts on beside statuses; any other field is kept, and no more
    v_outros constant text[] := '{mensagem,user_preferences,user_id_update,erro,message_template_status_update,'
        'message_template_quality_update,template_category_update,phone_number_quality_update,business_capability_update,'
        'account_update,account_alerts}';
    v_ids bigint[];
begin
    if mensagens is null then
        select array_agg(webhook_chave_mensagem(c.chave) order by c.n), array_agg(webhook_chave_seq(c.chave) order by c.n)
        into mensagens, seqs
        from unnest(chaves) with ordinality as c (chave, n);
    end if;
    with guardado as (
        insert into webhook_eventos as w (recebido_em, tipo, waba_id, phone_number_id, wamid, status, chave, codigo,
            ocorrido_em, corpo)
        select v_agora, e.tipo, e.waba, e.numero, e.wamid, e.situacao, e.chave, e.codigo, to_timestamp(e.ocorrido), e.corpo
        from unnest(tipos, wabas, numeros, wamids, situacoes, chaves, codigos, ocorridos, corpos)
            as e (tipo, waba, numero, wamid, situacao, chave, codigo, ocorrido, corpo)
        returning w.id
    )
    select array_agg(g.id) into v_ids from guardado g; -- in the order of the arrays
    insert into webhook_pendentes (recebido_em, quantos, numeros, outros, eventos, mensagens, seqs, wamids, graus,
        codigos, instantes)
    select v_agora, count(*), array_agg(distinct e.numero) filter (where e.numero is not null),
        array_agg(e.id) filter (where not e.is_status and e.tipo = any (v_outros)),
        array_agg(e.id) filter (where e.is_status),
        array_agg(e.mensagem) filter (where e.is_status),
        array_agg(e.seq) filter (where e.is_status),
        array_agg(e.wamid) filter (where e.is_status),
        array_agg(webhook_grau(e.situacao)) filter (where e.is_status),
        array_agg(e.codigo) filter (where e.is_status),
        array_agg(coalesce(to_timestamp(e.ocorrido), v_agora)) filter (where e.is_status)
    from (select u.*, u.tipo = 'status' as is_status
          from unnest(v_ids, tipos, numeros, mensagens, seqs, wamids, situacoes, codigos, ocorridos) with ordinality
              as u (id, tipo, numero, mensagem, seq, wamid, situacao, codigo, ocorrido, n)) as e
    group by (e.n - 1) / 500;
    return cardinality(tipos);
end
$$;
grant execute on function webhook_store(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[],
    uuid[], bigint[]) to carteiro_gateway;
