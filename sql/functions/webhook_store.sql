-- webhook_store: keeps the events of webhooks, before Meta is answered, and puts them on the list of
-- what is to apply. Returns how many.
--
-- One element of every array is one event; `corpos` is the event as it came. `ocorridos` are Unix
-- seconds as Meta sends them (null: unknown). Keys are understood here, once: the list holds what a
-- status needs to be applied, 500 events a row, and the wide row is never written again.
create or replace function webhook_store(tipos text[], wabas text[], numeros text[], wamids text[],
    situacoes text[], chaves text[], codigos integer[], ocorridos bigint[], corpos text[])
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
begin
    with evento as (
        insert into webhook_eventos as w (recebido_em, tipo, waba_id, phone_number_id, wamid, status, chave, codigo,
            ocorrido_em, corpo)
        select v_agora, e.tipo, e.waba, e.numero, e.wamid, e.situacao, e.chave, e.codigo, to_timestamp(e.ocorrido), e.corpo
        from unnest(tipos, wabas, numeros, wamids, situacoes, chaves, codigos, ocorridos, corpos)
            as e (tipo, waba, numero, wamid, situacao, chave, codigo, ocorrido, corpo)
        returning w.id, w.tipo, w.phone_number_id, w.wamid, w.status, w.chave, w.codigo, w.ocorrido_em
    )
    insert into webhook_pendentes (recebido_em, quantos, numeros, outros, eventos, mensagens, seqs, wamids, graus,
        codigos, instantes)
    select v_agora, count(*), array_agg(distinct e.phone_number_id) filter (where e.phone_number_id is not null),
        array_agg(e.id) filter (where e.tipo = 'mensagem'),
        array_agg(e.id) filter (where e.is_status),
        array_agg(webhook_chave_mensagem(e.chave)) filter (where e.is_status),
        array_agg(webhook_chave_seq(e.chave)) filter (where e.is_status),
        array_agg(e.wamid) filter (where e.is_status),
        array_agg(webhook_grau(e.status)) filter (where e.is_status),
        array_agg(e.codigo) filter (where e.is_status),
        array_agg(coalesce(e.ocorrido_em, v_agora)) filter (where e.is_status)
    from (select x.*, x.tipo = 'status' as is_status, (row_number() over () - 1) / 500 as lote from evento x) as e
    group by e.lote;
    return cardinality(tipos);
end
$$;
grant execute on function webhook_store(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[])
    to carteiro_gateway;
