-- campanha_enqueue: puts the next n people of an active campaign's list into the queue, by client
-- id. Returns how many it took from the list: 0 when nobody is left, on the list as frozen so far
-- or for today (max_por_dia, in the company's days); null when another planner has the campaign.
--
-- Each row carries text and template, those of the two that every placeholder has a value for;
-- fila_claim chooses. What changed since the list was written counts: who would be left out by now
-- is, with the reason. Straight into fila_ativa with every column given, so that no trigger works.
create or replace function campanha_enqueue(id uuid, n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
    instante constant timestamptz := agora();  -- once: agora() looks into a table
    c campanhas;
    v_metadata jsonb;  -- with the date that fila_claim fills words from
    t record;
    v_numeros integer[];
    hoje date;
    cota integer;
    apos uuid;
    vez uuid[];
    fora uuid[];
    motivos text[];
    motivo text;
    quantos integer;
    foram integer := 0;
begin
    if campanha_enqueue.n is null or campanha_enqueue.n < 1 then
        raise exception 'n: expected 1 or more, found %', campanha_enqueue.n using errcode = '22023';
    end if;
    select k.* into c from campanhas k where k.id = campanha_enqueue.id for update skip locked;
    if c.id is null then
        return null;
    end if;
    if c.status <> 'ativa' or c.enfileirada_em is not null then
        return 0;
    end if;
    select (instante at time zone e.fuso)::date into hoje from empresas e where e.id = c.empresa_id;
    if c.dia is distinct from hoje then
        c.dia := hoje;
        c.envios_no_dia := 0;
    end if;
    cota := least(campanha_enqueue.n, c.max_por_dia - c.envios_no_dia);
    if cota <= 0 then
        return 0;
    end if;

    apos := coalesce(c.enfileirada_ate, '00000000-0000-0000-0000-000000000000');
    vez := array(
        select d.cliente_id
        from campanha_destinatarios d
        where d.campanha_id = c.id and d.cliente_id > apos and d.status = 'pendente'
        order by d.cliente_id
        limit cota);
    quantos := cardinality(vez);
    if quantos > 0 then
        v_metadata := jsonb_strip_nulls(jsonb_build_object('campanha_id', c.id, 'data', c.metadata -> 'data'));
        t := campanha_textos(c);
        v_numeros := campanha_numeros(c);
        -- marked first, by a stretch of the index, and joined from there: the list's statistics are
        -- always too old to join back to it (19 s for 10,000) or to name its people by an array
        with marcados as (
            update campanha_destinatarios d
            set mensagem_id = uuidv7(), status = 'na_fila', dia = hoje
            where d.campanha_id = c.id
              and d.cliente_id > apos
              and d.cliente_id <= vez[quantos]
              and d.status = 'pendente'
            returning d.cliente_id, d.mensagem_id
        ), lote as materialized (
            select m.cliente_id, m.mensagem_id, cl.telefone, cv.id as conversa_id,
                coalesce(cv.numero_id, v_numeros[1 + (uuid_hash(m.cliente_id) & 2147483647) % cardinality(v_numeros)]) as numero_id,
                campanha_exclusao(cl, c.metadata, cv.janela_24h_ate > instante, t.chaves, t.chaves_modelo) as exclusao,
                campanha_valores(cl, c.metadata, t.chaves) as valores,
                campanha_valores(cl, c.metadata, t.chaves_modelo) as valores_modelo
            from marcados m
            left join clientes cl on cl.id = m.cliente_id
            left join lateral (
                select k.id, k.numero_id, k.janela_24h_ate
                from conversas k
                where k.cliente_id = m.cliente_id
                  and k.status = 'ativa'
                  and (c.numero_id is null and k.numero_id = any (v_numeros) or k.numero_id = c.numero_id)
                limit 1
            ) as cv on true
        ), novas as (
            insert into fila_ativa (id, empresa_id, cliente_id, conversa_id, numero_id, destino, tipo, formato,
                conteudo, modelo_id, parametros, prioridade, faixa, agendar_para, valido_ate, garantia,
                origem, origem_id, metadata, created_at)
            select l.mensagem_id, c.empresa_id, l.cliente_id, l.conversa_id, l.numero_id, l.telefone, c.tipo,
                case when l.valores is null then 'template' else 'texto' end,
                case when l.valores is not null then format(t.formato, variadic l.valores) end,
                case when l.valores_modelo is not null then c.modelo_id end,
                to_jsonb(l.valores_modelo), 3, c.faixa_id, instante, c.valido_ate,
                case when c.tipo = 'followup' then 'pelo_menos_uma' else 'no_maximo_uma' end,
                'campanha', c.id::text, v_metadata, instante
            from lote l
            where l.exclusao is null
        )
        select array_agg(l.cliente_id), array_agg(l.exclusao) into fora, motivos
        from lote l
        where l.exclusao is not null;
        foreach motivo in array array(select distinct m from unnest(motivos) m) loop
            update campanha_destinatarios d
            set mensagem_id = null, status = 'excluido', dia = null, exclusao = motivo
            where d.campanha_id = c.id
              and d.cliente_id > apos
              and d.cliente_id <= vez[quantos]
              and d.cliente_id = any (array(select f.id from unnest(fora, motivos) f (id, m) where f.m = motivo));
        end loop;
        foram := quantos - coalesce(cardinality(fora), 0);
    end if;

    update campanhas k
    set dia                 = c.dia,
        envios_no_dia       = c.envios_no_dia + foram,
        envios_criados      = k.envios_criados + foram,
        total_destinatarios = k.total_destinatarios - (quantos - foram),
        enfileirada_ate     = case when quantos < cota then k.congelada_ate else vez[quantos] end,
        enfileirada_em      = case when quantos < cota and k.congelada_em is not null then instante end
    where k.id = c.id;
    if foram > 0 then
        perform fila_wake();
    end if;
    return quantos;
end
$$;
grant execute on function campanha_enqueue(uuid, integer) to carteiro_planner;
