-- fila_claim: the right to send up to `quantas[i]` messages of each lane i, until the reserva ends.
--
-- The last gate: it returns only what may leave now and diverts the rest, in this order: past
-- valido_ate, expirada; person opted out or marketing without consent in force, cancelada; not among
-- `only_to`, back with its reason; conversation in human hands and an automatic message, held. Then it
-- chooses the body: the text while the 24 h window of number and person is open, else the template,
-- else erro (fora_da_janela_sem_modelo); a template that is paused or not approved waits, and one of marketing
-- while Meta keeps marketing from the person (clientes.marketing_espera_ate). A lane whose
-- lane, number, account or company is paused by now gives nothing and is not touched.
--
-- A lane is (numero, prioridade, faixa); `pisos_*` is the floor under which the sender has claimed
-- everything already (null: none), so that dead index entries are not walked again; it never
-- reaches past agora() - 1 s, for transactions still open. Rows come in the order of agendar_para
-- and ordem. The reserva runs on the database's clock; `atraso_ms` is how late the message is.
--
-- `epoca` names the mode that the caller's tokens are of: another one by now is CT001, and nothing is
-- taken (null: not checked). In the mode degradado the tokens come from here (fila_claim_degraded,
-- fila_claim_sift; `taxa_padrao` is the rate of numbers without their own). `is_sonda`: its outcome
-- tells whether an automatic pause is over (fila_claim_probes). `suspeitas`: only messages whose sender
-- vanished twice, which otherwise do not come: fila_claim_alone asks so.
create or replace function fila_claim(
    trabalhador text, reserva_ms integer,
    numeros integer[], prioridades smallint[], faixas integer[], quantas integer[],
    pisos_em timestamptz[], pisos_ordem bigint[],
    only_to text[] default null, epoca bigint default null, taxa_padrao double precision default null,
    suspeitas boolean default false)
returns table (id uuid, reserva_seq bigint, numero_id integer, prioridade smallint, faixa integer,
    agendar_para timestamptz, ordem bigint, atraso_ms bigint, destino text, tipo text, formato text, conteudo text,
    carga text, modelo_nome text, modelo_idioma text, parametros text, tentativa integer,
    resposta_a text, digitando boolean, fora_da_janela boolean, is_sonda boolean)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
set enable_memoize = off
set plan_cache_mode = force_generic_plan
as $$
declare
    v_agora constant timestamptz := agora();
    v_teto constant timestamptz := v_agora - interval '1 second';
    v_ate constant timestamptz := v_agora + make_interval(secs => reserva_ms / 1000.0);
    v_modo text;
    v_epoca bigint;
    v_ha_pausas boolean;
    v_ha_limites boolean;
    v_abertas constant text[] := janelas_abertas(v_agora);
    v_empresas uuid[];
    v_propositos text[];
    v_fusos text[];
    v_is_fora_da_hora boolean;
    v_toques date[];
    v_sonda_numeros integer[];
    v_sonda_pausas bigint[];
    v_linhas tid[];
    v_livres boolean[];
    v_fechadas boolean[];
    v_conversas uuid[];
    v_nao tid[];
    v_nao_ids uuid[];
    v_nao_motivos text[];
    v_nao_esperas interval[];
    v_sondas tid[];
    v_fica uuid[];
    v_fica_motivos text[];
    v_fica_esperas interval[];
    v_fora uuid[];
    v_fora_status text[];
    v_fora_motivos text[];
begin
    select m.modo, m.epoca,
        exists (select 1 from pausas p where p.automatica or p.ate is null or p.ate > v_agora), m.ha_limites
    into v_modo, v_epoca, v_ha_pausas, v_ha_limites
    from modo_envio m
    where m.unico;
    if v_epoca <> fila_claim.epoca then
        raise exception 'epoca: expected %, found %', v_epoca, fila_claim.epoca using errcode = 'CT001';
    end if;
    if v_modo = 'degradado' then
        quantas := fila_claim_degraded(numeros, faixas, quantas, v_epoca, taxa_padrao);
    end if;
    if v_ha_pausas then
        select s.quantas, s.sonda_numeros, s.sonda_pausas into quantas, v_sonda_numeros, v_sonda_pausas
        from fila_claim_probes(numeros, prioridades, faixas, quantas, suspeitas) s;
    end if;

    -- locked and judged in one pass; a person who opts out after its snapshot finds the row locked and
    -- waits. Each look-up by its own probe and no memory of probes: a lane named twice would give its
    -- rows twice. By place from here on: the rows are ours and keep their places. porta: 0 is open.
    with julgada as materialized (
        select f.linha, f.id, f.empresa_id, livre.sim as livre, janela.fechada, cv.id as conversa,
            fila_proposito(f.tipo, f.origem, l.proposito) as proposito, coalesce(c.fuso, '') as fuso,
            c.marketing_espera_ate,
            case
                when f.valido_ate <= v_agora then 1
                when c.id is null then 2
                when c.status = 'optout' and f.tipo <> 'resposta' then 3
                when not c.marketing_permitido
                    and (f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha'
                        or l.proposito = 'marketing' and f.tipo <> 'resposta') then 4
                when fila_claim.only_to is not null and f.destino <> all (fila_claim.only_to) then 5
                when cv.controlada_por = 'humano' and f.origem in ('campanha', 'regra', 'agendamento') and f.tipo <> 'resposta' then 6
                when livre.sim then 0
                when c.marketing_espera_ate > v_agora
                    and (f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha'
                        or l.proposito = 'marketing' and f.tipo <> 'resposta') then 9
                when m.id is null then 7
                when m.situacao <> 'aprovado' then 8
                else 0
            end as porta,
            m.nome as modelo, m.situacao
        from (
            select u.*, case when u.faixa <> 0 then x.proposito end as proposito
            from unnest(numeros, prioridades, faixas, quantas, pisos_em, pisos_ordem)
                as u (numero, prioridade, faixa, k, piso_em, piso_ordem)
            left join lateral (
                select y.proposito, y.pausada_em, y.pausada_ate, y.fechada_ate
                from carteiro.faixas y
                where y.id = u.faixa
                offset 0) as x on true
            where u.k > 0
              and exists (select 1 from carteiro.numeros x where x.id = u.numero and x.ativo offset 0)
              and (x.pausada_em is null or x.pausada_ate <= v_agora)
              and (x.fechada_ate is null or x.fechada_ate <= v_agora)
            offset 0  -- a paused or closed lane is not even looked at
        ) as l
        cross join lateral (
            select x.ctid as linha, x.id, x.cliente_id, x.numero_id, x.destino, x.tipo, x.formato, x.origem, x.empresa_id,
                x.modelo_id, x.valido_ate, num_nonnulls(x.conteudo, x.carga) > 0 as has_corpo
            from fila_ativa x
            where x.status = 'pendente'
              and x.numero_id = l.numero
              and x.prioridade = l.prioridade
              and x.faixa = l.faixa
              and x.agendar_para <= v_agora
              and (x.agendar_para, x.ordem) >= (
                  least(coalesce(l.piso_em, '-infinity'), v_teto),
                  case when l.piso_em <= v_teto then l.piso_ordem else 0 end)
              and (x.resgates >= 2) = suspeitas
            order by x.agendar_para, x.ordem
            limit l.k
            for update skip locked
        ) as f
        left join lateral (
            select x.id, x.status, x.marketing_permitido, x.fuso, x.marketing_espera_ate from clientes x where x.id = f.cliente_id offset 0) as c on true
        left join lateral (
            select x.id, x.controlada_por, x.janela_24h_ate
            from conversas x
            where x.cliente_id = f.cliente_id and x.numero_id = f.numero_id and x.status = 'ativa'
            offset 0) as cv on true
        cross join lateral (select coalesce(cv.janela_24h_ate <= v_agora, true) as fechada) as janela
        cross join lateral (
            select not janela.fechada and f.formato <> 'template' and f.has_corpo as sim) as livre
        left join lateral (
            select x.id, x.nome, x.situacao from modelos x where x.id = f.modelo_id and not livre.sim offset 0) as m on true
    ), horario as (
        select array_agg(d.empresa_id) as empresas, array_agg(d.proposito) as propositos, array_agg(d.fuso) as fusos
        from (select j.empresa_id, j.proposito, j.fuso
              from julgada j
              where j.proposito <> 'resposta' and j.porta in (0, 7)
              group by j.empresa_id, j.proposito, j.fuso) as d
        where janela_chave(d.empresa_id, d.proposito, d.fuso) <> all (v_abertas)
    )
    select
        array_agg(j.linha) filter (where j.porta = 0),
        array_agg(j.livre) filter (where j.porta = 0),
        array_agg(j.fechada) filter (where j.porta = 0),
        array_agg(j.conversa) filter (where j.porta = 0),
        array_agg(j.id) filter (where j.porta in (5, 6, 8, 9)),
        array_agg(case j.porta
            when 5 then 'destino fora de sender.only_to'
            when 6 then 'conversa com uma pessoa'
            when 9 then 'a Meta limitou o marketing para esta pessoa'
            else 'modelo ' || j.modelo || ' não está aprovado (' || j.situacao || ')' end) filter (where j.porta in (5, 6, 8, 9)),
        array_agg(case when j.porta = 9 then j.marketing_espera_ate - v_agora else interval '30 seconds' end)
            filter (where j.porta in (5, 6, 8, 9)),
        array_agg(j.id) filter (where j.porta in (1, 2, 3, 4, 7)),
        array_agg(case j.porta when 1 then 'expirada' when 7 then 'erro' else 'cancelada' end)
            filter (where j.porta in (1, 2, 3, 4, 7)),
        array_agg((array['passou de valido_ate', 'cliente não existe mais', 'optout', 'sem_consentimento', null, null,
            'fora_da_janela_sem_modelo'])[j.porta]) filter (where j.porta in (1, 2, 3, 4, 7)),
        (select h.empresas from horario h), (select h.propositos from horario h), (select h.fusos from horario h)
    into v_linhas, v_livres, v_fechadas, v_conversas, v_fica, v_fica_motivos, v_fica_esperas, v_fora, v_fora_status, v_fora_motivos,
        v_empresas, v_propositos, v_fusos
    from julgada j;

    if v_empresas is not null then -- of what this session did not know to be open
        select c.linhas, c.livres, c.fechadas, c.conversas, v_fica || c.ids, v_fica_motivos || c.motivos,
            v_fica_esperas || c.esperas, c.fora, c.fora_status, c.fora_motivos, c.ids is not null
        into v_linhas, v_livres, v_fechadas, v_conversas, v_fica, v_fica_motivos, v_fica_esperas, v_fora, v_fora_status,
            v_fora_motivos, v_is_fora_da_hora
        from fila_claim_hours(v_empresas, v_propositos, v_fusos, v_abertas,
            v_linhas, v_livres, v_fechadas, v_conversas, v_fora, v_fora_status, v_fora_motivos) c;
    end if;
    if v_linhas is not null and v_ha_limites then
        select c.linhas, c.livres, c.fechadas, c.conversas, c.toques, v_fica || c.ids, v_fica_motivos || c.motivos,
            v_fica_esperas || c.esperas
        into v_linhas, v_livres, v_fechadas, v_conversas, v_toques, v_fica, v_fica_motivos, v_fica_esperas
        from fila_claim_cap(v_linhas, v_livres, v_fechadas, v_conversas) c;
    end if;
    if v_linhas is not null and (v_ha_pausas or v_modo = 'degradado') then
        select s.ficam, s.ids, s.motivos, s.esperas, s.sondas
        into v_nao, v_nao_ids, v_nao_motivos, v_nao_esperas, v_sondas
        from fila_claim_sift(v_linhas, v_livres, v_modo = 'degradado', taxa_padrao,
            v_sonda_numeros, v_sonda_pausas, v_ate) s;
        v_fica := v_fica || v_nao_ids;
        v_fica_motivos := v_fica_motivos || v_nao_motivos;
        v_fica_esperas := v_fica_esperas || v_nao_esperas;
        if v_toques is not null and v_nao is not null then
            perform fila_cap_unused(v_linhas, v_toques, v_nao);
        end if;
    end if;
    if v_fica is not null or v_fora is not null then
        perform fila_divert(v_fica, v_fica_motivos, v_fica_esperas, v_fora, v_fora_status, v_fora_motivos);
        if v_is_fora_da_hora then
            perform fila_lanes_close(faixas);
        end if;
    end if;
    if v_linhas is null then
        return;
    end if;

    return query
    with reservada as (
        update fila_ativa f
        set status            = 'processando',
            reserva_seq       = f.reserva_seq + 1,
            tentativas        = f.tentativas + 1,
            reservada_por     = trabalhador,
            reserva_ate       = v_ate,
            processando_desde = v_agora,
            espera_motivo     = null,
            fora_da_janela    = v.fechada,
            toque             = v.toque,
            conversa_id       = coalesce(f.conversa_id, v.conversa) -- or the effects had to write the row again
        from unnest(v_linhas, v_livres, v_fechadas, v_conversas, v_toques) as v (linha, livre, fechada, conversa, toque)
        where f.ctid = v.linha
          and (v_nao is null or v.linha <> all (v_nao))
        returning f.id, f.reserva_seq, f.numero_id, f.prioridade, f.faixa, f.agendar_para, f.ordem, f.destino, f.tipo,
            f.formato, f.conteudo, f.carga, f.modelo_id, f.parametros, f.tentativas, f.resposta_a, f.digitando,
            f.fora_da_janela, v.livre, v.linha
    )
    select r.id, r.reserva_seq, r.numero_id, r.prioridade, r.faixa, r.agendar_para, r.ordem,
        (extract(epoch from v_agora - r.agendar_para) * 1000)::bigint,
        r.destino, r.tipo,
        case when r.livre then r.formato else 'template' end,
        -- words that depend on the hour: a brace is looked for first, what has none costs nothing
        case when position('{' in r.conteudo) > 0 then texto_da_hora(r.conteudo, false, r.id, v_agora) else r.conteudo end,
        case when r.formato = 'interativo' and position('{' in r.carga #>> '{interactive,body,text}') > 0
            then jsonb_set(r.carga, '{interactive,body,text}', to_jsonb(texto_da_hora(
                r.carga #>> '{interactive,body,text}', false, r.id, v_agora)))
            else r.carga end::text,
        m.nome, m.idioma,
        case
            when m.nomeado then texto_da_hora((
                select jsonb_object_agg(k.chave, r.parametros -> (k.n - 1)::integer)
                from unnest(m.nomes) with ordinality as k (chave, n))::text, true, r.id, v_agora)
            when position('{' in r.parametros::text) > 0 then texto_da_hora(r.parametros::text, true, r.id, v_agora)
            else r.parametros::text end,
        r.tentativas,
        r.resposta_a, r.digitando, r.fora_da_janela, coalesce(r.linha = any (v_sondas), false)
    from reservada r
    left join lateral (
        select x.nome, x.idioma, x.nomeado, x.parametros as nomes from modelos x where x.id = r.modelo_id offset 0) as m on true
    order by r.agendar_para, r.ordem;
end
$$;
grant execute on function fila_claim(text, integer, integer[], smallint[], integer[], integer[],
    timestamptz[], bigint[], text[], bigint, double precision, boolean) to carteiro_sender;
