-- campanha_materialize: writes the next n people of an active campaign's company onto its list and, those
-- who get it, into the queue in the same step. Returns how many it looked at and queued; (null, null) when
-- another planner has the campaign.
--
-- What campanha_freeze and campanha_enqueue do one after the other, for when nobody stands between the
-- two: each person is judged once and their row of the list is written once. Only for a campaign whose
-- list is queued as far as it goes and that has no max_por_dia: who of n people counts for a day is
-- not known before.
create or replace function campanha_materialize(id uuid, n integer, out vistos integer, out enfileiradas integer)
language plpgsql security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set work_mem = '64MB'
set jit = off
as $$
declare
    instante constant timestamptz := agora();  -- once: agora() looks into a table
    c campanhas;
    t record;
    f segmento_filtro;
    v_numeros integer[];
    hoje date;
    apos uuid;
    vez uuid[];
    v_origem text;
    v_marca jsonb;
    v_garantia text;
    v_id text := uuidv7()::text;
    v_serie bigint;
begin
    select k.* into c from campanhas k where k.id = campanha_materialize.id for update skip locked;
    if c.id is null then
        return;
    end if;
    vistos := 0;
    enfileiradas := 0;
    if c.status <> 'ativa' or c.congelada_em is not null or c.max_por_dia is not null
       or c.enfileirada_ate is distinct from c.congelada_ate then
        return;
    end if;
    select (instante at time zone e.fuso)::date into hoje from empresas e where e.id = c.empresa_id;
    apos := coalesce(c.congelada_ate, '00000000-0000-0000-0000-000000000000');
    vez := array(
        select cl.id
        from clientes cl
        where cl.empresa_id = c.empresa_id and cl.id > apos
          and cl.telefone is distinct from '' -- clientes_segmento, which is there for this
        order by cl.id
        limit campanha_materialize.n);
    vistos := cardinality(vez);
    if vistos > 0 then
        t := campanha_textos(c);
        f := segmento_compile(c.criterios, c.iniciada_em);
        v_numeros := campanha_numeros(c);
        v_origem := c.id::text;
        v_marca := jsonb_build_object('campanha_id', c.id);
        -- one moment and its random bits for the step, counted on from there (RFC 9562, 6.2): an id by itself
        -- costs a quarter of a row
        v_serie := ('x' || right(v_id, 11))::bit(44)::bigint;
        v_id := left(v_id, 24);
        v_garantia := case when c.tipo = 'followup' then 'pelo_menos_uma' else 'no_maximo_uma' end;
        with lote as materialized (
            select s.cliente_id, s.exclusao, (s.pessoa).telefone, s.conversa_id, s.numero_id,
                (v_id || lpad(to_hex(v_serie + row_number() over ()), 12, '0'))::uuid as mensagem_id,
                campanha_valores(s.pessoa, c.metadata, t.chaves) as valores,
                campanha_valores(s.pessoa, c.metadata, t.chaves_modelo) as valores_modelo
            from campanha_segmento(c, f, v_numeros, t.chaves, t.chaves_modelo, instante, vez) s
        ), lista as (
            insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, exclusao, status, dia)
            select c.id, l.cliente_id, case when l.exclusao is null then l.mensagem_id end, l.exclusao,
                case when l.exclusao is null then 'na_fila' else 'excluido' end, case when l.exclusao is null then hoje end
            from lote l
        ), novas as (
            insert into fila_ativa (id, empresa_id, cliente_id, conversa_id, numero_id, destino, tipo, formato,
                conteudo, modelo_id, parametros, prioridade, faixa, agendar_para, valido_ate, garantia,
                origem, origem_id, metadata, created_at)
            select l.mensagem_id, c.empresa_id, l.cliente_id, l.conversa_id, l.numero_id, l.telefone, c.tipo,
                case when l.valores is null then 'template' else 'texto' end,
                case when l.valores is not null then format(t.formato, variadic l.valores) end,
                case when l.valores_modelo is not null then c.modelo_id end,
                to_jsonb(l.valores_modelo), 3, c.faixa_id, instante, c.valido_ate, v_garantia,
                'campanha', v_origem, v_marca, instante
            from lote l
            where l.exclusao is null
        )
        select count(*) into enfileiradas from lote l where l.exclusao is null;
    end if;

    update campanhas k
    set congelada_ate       = coalesce(vez[vistos], k.congelada_ate),
        congelada_em        = case when vistos < campanha_materialize.n then instante end,
        enfileirada_ate     = coalesce(vez[vistos], k.congelada_ate),
        enfileirada_em      = case when vistos < campanha_materialize.n then instante end,
        dia                 = hoje,
        envios_no_dia       = case when k.dia = hoje then k.envios_no_dia else 0 end + enfileiradas,
        envios_criados      = k.envios_criados + enfileiradas,
        total_destinatarios = k.total_destinatarios + enfileiradas
    where k.id = c.id;
    if enfileiradas > 0 then
        perform fila_wake();
    end if;
end
$$;
grant execute on function campanha_materialize(uuid, integer) to carteiro_planner;
