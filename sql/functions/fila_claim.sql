-- fila_claim: the right to send up to `quantas[i]` messages of each lane i, until the reserva ends.
--
-- The last gate: it returns only what may leave now and diverts the rest, in this order: past
-- valido_ate, expirada; person opted out or marketing without consent in force, cancelada; template
-- paused or not approved, or not among `only_to`, back with its reason; conversation in human hands
-- and an automatic message, held. Then it chooses the body: the text while the 24 h window of number
-- and person is open, else the template, else erro (fora_da_janela_sem_modelo). A lane whose lane,
-- number, account or company is paused by now gives nothing and is not touched.
--
-- A lane is (numero, prioridade, faixa); `pisos_*` is the floor under which the sender has claimed
-- everything already (null: none), so that dead index entries are not walked again; it never
-- reaches past agora() - 1 s, for transactions still open. Rows come in the order of agendar_para
-- and ordem. The reserva runs on the database's clock; `agendar_ms` is how late the message is.
create or replace function fila_claim(
    trabalhador text, reserva_ms integer,
    numeros integer[], prioridades smallint[], faixas integer[], quantas integer[],
    pisos_em timestamptz[], pisos_ordem bigint[],
    only_to text[] default null, epoca bigint default null)
returns table (id uuid, reserva_seq bigint, numero_id integer, prioridade smallint, faixa integer,
    agendar_para timestamptz, ordem bigint, atraso_ms bigint, destino text, tipo text, formato text, conteudo text,
    carga text, modelo_nome text, modelo_idioma text, parametros text, tentativa integer,
    resposta_a text, digitando boolean, fora_da_janela boolean, is_sonda boolean)
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    v_agora constant timestamptz := agora();
    v_teto constant timestamptz := v_agora - interval '1 second';
    v_linhas tid[];
    v_vai tid[];
    v_livres boolean[];
    v_fechadas boolean[];
    v_fica uuid[];
    v_fica_motivos text[];
    v_fora uuid[];
    v_fora_status text[];
    v_fora_motivos text[];
begin
    -- evaluated once into an array: "id in (select … limit)" may be evaluated twice and over-claim.
    -- By place, not by id: see fila_record. The rows are ours from here on and keep their places.
    select array_agg(pega.linha) into v_linhas
    from (
        select u.*
        from unnest(numeros, prioridades, faixas, quantas, pisos_em, pisos_ordem)
            as u (numero, prioridade, faixa, k, piso_em, piso_ordem)
        where u.numero in (select livre from fila_numeros_livres() as livre)
          and not exists (select 1 from carteiro.faixas x where x.id = u.faixa and x.pausada_em is not null)
        offset 0  -- a paused lane is not even looked at
    ) as l
    cross join lateral (
        select f.ctid as linha
        from fila_ativa f
        where f.status = 'pendente'
          and f.numero_id = l.numero
          and f.prioridade = l.prioridade
          and f.faixa = l.faixa
          and f.agendar_para <= v_agora
          and (f.agendar_para, f.ordem) >= (
              least(coalesce(l.piso_em, '-infinity'), v_teto),
              case when l.piso_em <= v_teto then l.piso_ordem else 0 end)
        order by f.agendar_para, f.ordem
        limit l.k
        for update skip locked
    ) as pega;
    if v_linhas is null then
        return;
    end if;

    with julgada as (
        select f.ctid as linha, f.id, livre.sim as livre, janela.fechada,
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
                when m.situacao <> 'aprovado' or pm.id is not null then 'espera'
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
                when m.id is null then 'fora_da_janela_sem_modelo'
                when pm.id is not null then 'modelo em pausa: ' || pm.motivo
                else 'modelo ' || m.nome || ' não está aprovado (' || m.situacao || ')'
            end as motivo
        from fila_ativa f
        left join clientes c on c.id = f.cliente_id
        left join conversas cv on cv.cliente_id = f.cliente_id and cv.numero_id = f.numero_id and cv.status = 'ativa'
        left join modelos m on m.id = f.modelo_id
        left join pausas pm on pm.modelo_id = f.modelo_id and (pm.ate is null or pm.ate > v_agora)
        cross join lateral (
            select coalesce(cv.janela_24h_ate <= v_agora, true) as fechada
        ) as janela
        cross join lateral (
            select not janela.fechada and f.formato <> 'template'
                and num_nonnulls(f.conteudo, f.carga) > 0 as sim
        ) as livre
        where f.ctid = any (v_linhas)
    )
    select
        array_agg(j.linha) filter (where j.rumo = 'vai'),
        array_agg(j.livre) filter (where j.rumo = 'vai'),
        array_agg(j.fechada) filter (where j.rumo = 'vai'),
        array_agg(j.id) filter (where j.rumo = 'espera'),
        array_agg(j.motivo) filter (where j.rumo = 'espera'),
        array_agg(j.id) filter (where j.rumo in ('expirada', 'cancelada', 'erro')),
        array_agg(j.rumo) filter (where j.rumo in ('expirada', 'cancelada', 'erro')),
        array_agg(j.motivo) filter (where j.rumo in ('expirada', 'cancelada', 'erro'))
    into v_vai, v_livres, v_fechadas, v_fica, v_fica_motivos, v_fora, v_fora_status, v_fora_motivos
    from julgada j;

    if v_fica is not null or v_fora is not null then
        perform fila_divert(v_fica, v_fica_motivos, v_fora, v_fora_status, v_fora_motivos);
    end if;
    if v_vai is null then
        return;
    end if;

    return query
    with reservada as (
        update fila_ativa f
        set status            = 'processando',
            reserva_seq       = f.reserva_seq + 1,
            tentativas        = f.tentativas + 1,
            reservada_por     = trabalhador,
            reserva_ate       = v_agora + make_interval(secs => reserva_ms / 1000.0),
            processando_desde = v_agora,
            espera_motivo     = null,
            fora_da_janela    = v.fechada
        from unnest(v_vai, v_livres, v_fechadas) as v (linha, livre, fechada)
        where f.ctid = v.linha
        returning f.*, v.livre
    )
    select r.id, r.reserva_seq, r.numero_id, r.prioridade, r.faixa, r.agendar_para, r.ordem,
        (extract(epoch from v_agora - r.agendar_para) * 1000)::bigint,
        r.destino, r.tipo,
        case when r.livre then r.formato else 'template' end,
        r.conteudo, r.carga::text, m.nome, m.idioma, r.parametros::text, r.tentativas,
        r.resposta_a, r.digitando, r.fora_da_janela, false
    from reservada r
    left join modelos m on m.id = r.modelo_id
    order by r.agendar_para, r.ordem;
end
$$;
grant execute on function fila_claim(text, integer, integer[], smallint[], integer[], integer[],
    timestamptz[], bigint[], text[], bigint) to carteiro_sender;
