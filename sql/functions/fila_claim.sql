-- fila_claim: the right to send up to `quantas[i]` messages of each lane i, until the reserva ends.
--
-- The last gate: it returns only what may leave now and diverts the rest, in this order: past
-- valido_ate, expirada; person opted out or marketing without consent in force, cancelada; not among
-- `only_to`, back with its reason; conversation in human hands and an automatic message, held. Then it
-- chooses the body: the text while the 24 h window of number and person is open, else the template,
-- else erro (fora_da_janela_sem_modelo); a template that is paused or not approved waits. A lane whose
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
        exists (select 1 from pausas p where p.automatica or p.ate is null or p.ate > v_agora)
    into v_modo, v_epoca, v_ha_pausas
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
    -- rows twice. By place from here on: the rows are ours and keep their places.
    with julgada as (
        select f.linha, f.id, livre.sim as livre, janela.fechada, cv.id as conversa,
            case
                when f.valido_ate <= v_agora then 'expirada'
                when c.id is null then 'cancelada'
                when c.status = 'optout' and f.tipo <> 'resposta' then 'cancelada'
                when not c.marketing_permitido
                    and (f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha') then 'cancelada'
                when fila_claim.only_to is not null and f.destino <> all (fila_claim.only_to) then 'espera'
                when cv.controlada_por = 'humano' and f.origem in ('campanha', 'regra', 'agendamento') then 'espera'
                when livre.sim then 'vai'
                when m.id is null then 'erro'
                when m.situacao <> 'aprovado' then 'espera'
                else 'vai'
            end as rumo,
            case
                when f.valido_ate <= v_agora then 'passou de valido_ate'
                when c.id is null then 'cliente não existe mais'
                when c.status = 'optout' and f.tipo <> 'resposta' then 'optout'
                when not c.marketing_permitido
                    and (f.tipo in ('primeiro_contato', 'promocional', 'campanha') or f.origem = 'campanha') then 'sem_consentimento'
                when fila_claim.only_to is not null and f.destino <> all (fila_claim.only_to) then 'destino fora de sender.only_to'
                when cv.controlada_por = 'humano' and f.origem in ('campanha', 'regra', 'agendamento') then 'conversa com uma pessoa'
                when livre.sim then null
                when m.id is null then 'fora_da_janela_sem_modelo'
                when m.situacao <> 'aprovado' then 'modelo ' || m.nome || ' não está aprovado (' || m.situacao || ')'
            end as motivo
        from (
            select u.*
            from unnest(numeros, prioridades, faixas, quantas, pisos_em, pisos_ordem)
                as u (numero, prioridade, faixa, k, piso_em, piso_ordem)
            where u.k > 0
              and exists (select 1 from carteiro.numeros x where x.id = u.numero and x.ativo offset 0)
              and not exists (
                  select 1
                  from carteiro.faixas x
                  where x.id = u.faixa and x.pausada_em is not null and coalesce(x.pausada_ate > v_agora, true)
                  offset 0)
            offset 0  -- a paused lane is not even looked at
        ) as l
        cross join lateral (
            select x.ctid as linha, x.id, x.cliente_id, x.numero_id, x.destino, x.tipo, x.formato, x.origem,
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
            select x.id, x.status, x.marketing_permitido from clientes x where x.id = f.cliente_id offset 0) as c on true
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
    )
    select
        array_agg(j.linha) filter (where j.rumo = 'vai'),
        array_agg(j.livre) filter (where j.rumo = 'vai'),
        array_agg(j.fechada) filter (where j.rumo = 'vai'),
        array_agg(j.conversa) filter (where j.rumo = 'vai'),
        array_agg(j.id) filter (where j.rumo = 'espera'),
        array_agg(j.motivo) filter (where j.rumo = 'espera'),
        array_agg(interval '30 seconds') filter (where j.rumo = 'espera'),
        array_agg(j.id) filter (where j.rumo in ('expirada', 'cancelada', 'erro')),
        array_agg(j.rumo) filter (where j.rumo in ('expirada', 'cancelada', 'erro')),
        array_agg(j.motivo) filter (where j.rumo in ('expirada', 'cancelada', 'erro'))
    into v_linhas, v_livres, v_fechadas, v_conversas, v_fica, v_fica_motivos, v_fica_esperas, v_fora, v_fora_status, v_fora_motivos
    from julgada j;

    if v_linhas is not null and (v_ha_pausas or v_modo = 'degradado') then
        select s.ficam, s.ids, s.motivos, s.esperas, s.sondas
        into v_nao, v_nao_ids, v_nao_motivos, v_nao_esperas, v_sondas
        from fila_claim_sift(v_linhas, v_livres, v_modo = 'degradado', taxa_padrao,
            v_sonda_numeros, v_sonda_pausas, v_ate) s;
        v_fica := v_fica || v_nao_ids;
        v_fica_motivos := v_fica_motivos || v_nao_motivos;
        v_fica_esperas := v_fica_esperas || v_nao_esperas;
    end if;
    if v_fica is not null or v_fora is not null then
        perform fila_divert(v_fica, v_fica_motivos, v_fica_esperas, v_fora, v_fora_status, v_fora_motivos);
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
            conversa_id       = coalesce(f.conversa_id, v.conversa) -- or the effects had to write the row again
        from unnest(v_linhas, v_livres, v_fechadas, v_conversas) as v (linha, livre, fechada, conversa)
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
        r.conteudo, r.carga::text, m.nome, m.idioma,
        case when m.nomeado then (
                select jsonb_object_agg(k.chave, r.parametros -> (k.n - 1)::integer)
                from unnest(m.nomes) with ordinality as k (chave, n))
            else r.parametros end::text,
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
