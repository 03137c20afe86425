-- disparos_enqueue: takes up to n due firings to the queue. Returns how many it ended or queued: 0 when
-- none is due, or others hold all of them.
--
-- Number: the firing's, else that of the person's newest conversation, else the company's. Body: the
-- firing's text or the rule's (of alternatives the first one that has all values), and the template
-- beside it, from the account of that number; fila_claim chooses, and fills {hoje}, {data} and {saudacao}.
-- Not queued: expirado past valido_ate; cancelado where the rule is off or the person answered meanwhile;
-- pulado with the reason of disparo_exclusao. Straight into fila_ativa with every column given.
create or replace function disparos_enqueue(n integer)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
set jit = off
as $$
declare
    instante constant timestamptz := agora();
    v record;
    v_fim bigint[];
    is_algum_na_fila boolean;
begin
    if disparos_enqueue.n is null or disparos_enqueue.n < 1 then
        raise exception 'n: expected 1 or more, found %', disparos_enqueue.n using errcode = '22023';
    end if;
    v := disparos_take(disparos_enqueue.n);
    if cardinality(v.ids) = 0 then
        return 0;
    end if;

    with tomado as materialized (
        select u.lider, d.*
        from unnest(v.ids, v.lideres) as u (id, lider)
        cross join lateral (select x.* from disparos x where x.id = u.id offset 0) as d
    ), grupo as materialized (
        select t.lider, array_agg(t.id) as ids, min(t.valido_ate) as valido_ate,
            array_agg((t.metadata ->> 'data')::timestamptz order by t.metadata ->> 'data', t.id) as datas,
            case when count(*) > 1 then jsonb_agg(t.metadata - 'carga' order by t.metadata ->> 'data', t.id) end as itens
        from tomado t
        group by t.lider
    ), pessoa as materialized ( -- each looked up by itself, whatever the statistics say
        select t.id, g.ids, g.valido_ate, g.itens, t.texto, t.parametros, t.metadata, t.modelo, t.passo,
            r.nome as regra, r.gatilho, r.tipo, r.proposito, r.prioridade, r.faixa_id, r.ativa, r.id as regra_id,
            c.pessoa as cliente, num.id as numero_id, num.conta_id, cv.id as conversa_id,
            coalesce(cv.janela_24h_ate > instante, false) as aberta,
            case
                when r.gatilho <> 'conversa' then null
                when al.status is distinct from 'ativa' then 'conversa encerrada'
                when al.ultima_direcao is distinct from 'saida' then 'respondeu'
                when al.etapa is distinct from r.etapa then 'mudou de etapa'
            end as parou,
            disparo_valores(t.metadata, g.datas, e.fuso) as valores
        from grupo g
        cross join lateral (select x.* from disparos x where x.id = g.lider offset 0) as t
        cross join lateral (select x.* from regras_followup x where x.id = t.regra_id offset 0) as r
        cross join lateral (select x.fuso from empresas x where x.id = t.empresa_id offset 0) as e
        left join lateral (select x as pessoa from clientes x where x.id = t.cliente_id offset 0) as c on true
        left join lateral (
            select x.status, x.ultima_direcao, x.etapa
            from conversas x
            where x.id = t.alvo_id and r.gatilho = 'conversa'
            offset 0) as al on true
        left join lateral (
            select x.id, x.conta_id
            from numeros x
            where x.id = coalesce(t.numero_id, disparo_numero(t.empresa_id, t.cliente_id))
              and x.empresa_id = t.empresa_id
            offset 0) as num on true
        left join lateral (
            select x.id, x.janela_24h_ate
            from conversas x
            where x.cliente_id = t.cliente_id and x.numero_id = num.id and x.status = 'ativa'
            offset 0) as cv on true
    ), dito as materialized ( -- each text of these rules is understood once
        select m.*, t.formato, t.chaves
        from regra_mensagens m
        cross join texto_formato(m.texto) as t
        where m.regra_id in (select p.regra_id from pessoa p)
    ), corpo as materialized (
        select p.*, k.formato, k.chaves, k.carga, k.modelo_id, k.chaves_modelo
        from pessoa p
        left join texto_formato(p.texto) as proprio on true
        left join lateral (
            select coalesce(proprio.formato, m.formato) as formato, coalesce(proprio.chaves, m.chaves) as chaves,
                coalesce(p.metadata -> 'carga', m.carga) as carga, mo.id as modelo_id, mo.parametros as chaves_modelo
            from dito m
            left join lateral (
                select x.id, x.parametros
                from modelos x
                where x.conta_id = p.conta_id and x.nome = coalesce(p.modelo, m.modelo)
                order by x.idioma = 'pt_BR' desc, x.id + 0
                limit 1) as mo on true
            where m.regra_id = p.regra_id
            order by case when p.gatilho = 'conversa' then abs(m.ordem - p.passo)
                    when campanha_falta(p.cliente, p.valores, case when p.aberta then coalesce(proprio.chaves, m.chaves)
                        else coalesce(mo.parametros, proprio.chaves, m.chaves) end) is null then 0 else 1 end,
                m.ordem
            limit 1) as k on true
    ), julgado as materialized (
        select b.*, coalesce(x.status, 'enfileirado') as status, x.motivo,
            case when x.status is null then uuidv7() end as mensagem_id
        from corpo b
        cross join lateral (
            select case when b.valido_ate <= instante then 'expirado'
                    when not b.ativa or b.parou is not null then 'cancelado'
                    when f.motivo is not null then 'pulado' end as status,
                case when b.valido_ate <= instante then 'passou de valido_ate'
                    when not b.ativa then 'regra desativada'
                    else coalesce(b.parou, f.motivo) end as motivo
            from (select case when b.numero_id is null then 'sem_numero'
                    else disparo_exclusao(b.cliente, b.proposito, b.valores, b.aberta, b.chaves, b.chaves_modelo,
                        b.parametros is not null) end as motivo) as f
            offset 0) as x
    ), nova as (
        insert into fila_ativa (id, empresa_id, cliente_id, conversa_id, numero_id, destino, tipo, formato, conteudo,
            carga, modelo_id, parametros, prioridade, faixa, agendar_para, valido_ate, garantia, origem, origem_id,
            metadata, created_at)
        select b.mensagem_id, (b.cliente).empresa_id, (b.cliente).id, b.conversa_id, b.numero_id,
            coalesce((b.cliente).telefone, cliente_destino(b.cliente)), b.tipo,
            case when t.texto is null then 'template' when b.carga is null then 'texto' else 'interativo' end,
            t.texto,
            case when t.texto is not null and b.carga is not null then jsonb_build_object('interactive',
                b.carga || jsonb_build_object('body', jsonb_build_object('text', t.texto))) end,
            case when t.do_modelo is not null then b.modelo_id end, t.do_modelo,
            b.prioridade, coalesce(b.faixa_id, 0), instante, b.valido_ate,
            'pelo_menos_uma', regra_origem(b.gatilho), b.id::text,
            b.metadata - 'carga' || jsonb_strip_nulls(jsonb_build_object('disparo_id', b.id, 'regra', b.regra,
                'itens', b.itens)), instante
        from julgado b
        cross join lateral (
            select format(b.formato, variadic campanha_valores(b.cliente, b.valores, b.chaves)) as texto,
                case when b.modelo_id is not null then coalesce(b.parametros,
                    to_jsonb(campanha_valores(b.cliente, b.valores, b.chaves_modelo))) end as do_modelo
            offset 0) as t
        where b.mensagem_id is not null
    ), marcado as (
        update disparos d
        set status       = j.status,
            motivo       = j.motivo,
            mensagem_id  = j.mensagem_id,
            encerrado_em = case when j.mensagem_id is null then instante end
        from julgado j
        cross join lateral unnest(j.ids) as u (id)
        where d.id = u.id
        returning d.id, d.status
    )
    select array_agg(m.id) filter (where m.status <> 'enfileirado'), bool_or(m.status = 'enfileirado')
    into v_fim, is_algum_na_fila
    from marcado m;

    if v_fim is not null then
        perform disparos_tell(v_fim);
    end if;
    if is_algum_na_fila then
        perform fila_wake();
    end if;
    return cardinality(v.ids);
end
$$;
grant execute on function disparos_enqueue(integer) to carteiro_planner;
