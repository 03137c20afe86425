-- What operators look at: queue truths for metrics, summaries for dashboards.

create table resumos_totais (
    empresa_id uuid not null,
    nome text not null constraint resumos_totais_nome
        check (nome in ('enviada', 'erro', 'cancelada', 'expirada', 'veneno')),
    valor bigint not null,
    ultima_em timestamptz not null,
    primary key (empresa_id, nome)
) with (fillfactor = 50);
comment on table resumos_totais is 'Endings of messages since ever, kept with the effects; veneno: those of erro that had cost three senders. Exact for enviada.';

create table resumos_turno (
    unico boolean primary key default true check (unico),
    trabalhador text not null,
    ate timestamptz not null
) with (fillfactor = 50);
comment on table resumos_turno is 'The planner that publishes the truths of the queue, and until when.';

alter table resumos_totais enable row level security;
alter table resumos_totais force row level security;
create policy frota on resumos_totais to carteiro_owner using (true) with check (true);
create policy ops on resumos_totais for select to carteiro_ops_leitura, carteiro_ops_escrita using (true);
grant select on resumos_totais to carteiro_ops_leitura, carteiro_ops_escrita;

-- Dashboards. What became of messages by the hour in which they ended, delivery included: kept by
-- the effects, message by message, so that at any moment it is the finished rows less what efeitos
-- and resumo_acertos still hold (painel_add, painel_forget, painel_refazer).
create table resumo_horas (
    hora timestamptz not null,
    empresa_id uuid not null,
    numero_id integer not null,
    campanha_id uuid not null,
    origem text not null,
    tipo text not null,
    enviadas bigint not null default 0,
    entregues bigint not null default 0,
    lidas bigint not null default 0,
    falhas bigint not null default 0,
    respostas bigint not null default 0,
    erros bigint not null default 0,
    canceladas bigint not null default 0,
    expiradas bigint not null default 0,
    espera_ms bigint not null default 0,
    constraint resumo_horas_pk primary key (hora, empresa_id, numero_id, campanha_id, origem, tipo)
) with (fillfactor = 50);
create index resumo_horas_campanha on resumo_horas (campanha_id)
    where campanha_id <> '00000000-0000-0000-0000-000000000000';
comment on table resumo_horas is 'Finished messages by the hour (of UTC) of their end, with what webhooks said since: for dashboards, without reading a month. Outlives the messages.';
comment on column resumo_horas.campanha_id is 'Campaign; all zeros: none.';
comment on column resumo_horas.respostas is 'People of a campaign who answered, in the hour of its message.';
comment on column resumo_horas.espera_ms is 'Sum over what was sent: from due (or written, if later) to accepted.';

create table resumo_erros (
    hora timestamptz not null,
    empresa_id uuid not null,
    numero_id integer not null,
    campanha_id uuid not null,
    codigo integer not null,
    classe text not null,
    erros bigint not null default 0,
    falhas bigint not null default 0,
    constraint resumo_erros_pk primary key (hora, empresa_id, numero_id, campanha_id, codigo, classe)
) with (fillfactor = 50);
comment on table resumo_erros is 'erros (refused or given up) and falhas (accepted, then not delivered) of resumo_horas by Graph code (0: none) and campanha_erro_classe.';

create table resumo_acertos (
    id bigint generated always as identity primary key,
    hora timestamptz not null,
    empresa_id uuid not null,
    numero_id integer not null,
    campanha_id uuid not null,
    origem text not null,
    tipo text not null,
    respostas bigint not null default 0,
    erros bigint not null default 0,
    canceladas bigint not null default 0,
    expiradas bigint not null default 0,
    codigo integer not null default 0,
    classe text not null default 'outro'
);
comment on table resumo_acertos is 'What is still to be added to resumo_horas beside the effects: an answer to a campaign, an end that is none any more (negative).';

-- what the counting must know of an effect: see painel_pending
alter table efeitos
    add column antes smallint[],
    add column depois smallint[],
    add column sem_conta uuid[];
alter table efeitos_retidos
    add column antes smallint[],
    add column depois smallint[],
    add column sem_conta uuid[];
comment on column efeitos.antes is 'Of an entrega: entrega_rank of each message before, 6: falhou without a code.';
comment on column efeitos.depois is 'And after.';
comment on column efeitos.sem_conta is 'Messages of a fim that were ended otherwise since, or are back in the queue: not counted.';
comment on table efeitos_retidos is 'Rows of efeitos that could not be applied, each with why; INSERT INTO efeitos (tipo, em, ate, mensagens, antes, depois, sem_conta) tries one again.';

-- dashboards look by time
create index agendamentos_followup on agendamentos (followup_enviado_em) where followup_enviado_em is not null;
create index mensagens_proativas_agendada on mensagens_proativas (agendada_para);
create index campanhas_empresa on campanhas (empresa_id, iniciada_em);

do $$
declare
    tabela text;
begin
    foreach tabela in array array['resumo_horas', 'resumo_erros', 'resumo_acertos'] loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I for select to carteiro_ops_leitura, carteiro_ops_escrita using (true)', tabela);
    end loop;
end
$$;
grant select on resumo_horas, resumo_erros, resumo_acertos to carteiro_ops_leitura, carteiro_ops_escrita;

-- What Grafana reads: views that lend carteiro_grafana their owner's eyes, without phone or text, and
-- nothing else. A bound on `hora`, `enviado_em`, `agendada_para` keeps each of them cheap.
--
-- A view needs its functions; on an empty database they come after the migrations.
do $$
begin
    if to_regprocedure('carteiro.erro_descrever(integer)') is null then
        create function erro_descrever(codigo integer) returns text language sql immutable parallel safe
        as 'select ''erro '' || codigo';
    end if;
end
$$;

create view painel_empresas as
select e.id as empresa_id, e.nome as empresa, e.fuso from empresas e;

create view painel_numeros as
select n.id as numero_id, n.identificador as numero, e.nome as empresa, n.ativo, n.taxa as limite_por_s, n.taxa_fator as fator,
    n.taxa_fator_em as fator_em, w.em as webhook_em
from numeros n
join empresas e on e.id = n.empresa_id
left join webhooks_vistos w on w.phone_number_id = n.identificador;

create view painel_horas as
select r.hora, e.nome as empresa, e.fuso, r.numero_id, r.campanha_id, r.origem, r.tipo, r.enviadas, r.entregues, r.lidas, r.falhas,
    r.respostas, r.erros, r.canceladas, r.expiradas, r.espera_ms
from resumo_horas r
join empresas e on e.id = r.empresa_id;

create view painel_erros as
select r.hora, e.nome as empresa, r.numero_id, r.campanha_id, r.codigo,
    case when r.codigo = 0 then 'sem código da Meta' else erro_descrever(r.codigo) end as descricao, r.classe, r.erros, r.falhas
from resumo_erros r
join empresas e on e.id = r.empresa_id;

create view painel_campanhas_nomes as
select k.id as campanha_id, k.nome as campanha, e.nome as empresa, k.numero_id, k.tipo, k.status, k.created_at as criada_em, k.iniciada_em,
    k.finalizada_em
from campanhas k
join empresas e on e.id = k.empresa_id;

create view painel_campanhas as
select k.id as campanha_id, k.nome as campanha, e.nome as empresa, k.numero_id, k.tipo, k.status, k.pausa_motivo, k.created_at as criada_em,
    k.iniciada_em, k.finalizada_em, k.total_destinatarios, k.envios_criados, s.enviadas, s.entregues, s.lidas, s.falhas, s.respostas,
    s.erros, s.canceladas, s.expiradas
from campanhas k
join empresas e on e.id = k.empresa_id
cross join lateral (
    select coalesce(sum(r.enviadas), 0)::bigint as enviadas, coalesce(sum(r.entregues), 0)::bigint as entregues,
        coalesce(sum(r.lidas), 0)::bigint as lidas, coalesce(sum(r.falhas), 0)::bigint as falhas,
        coalesce(sum(r.respostas), 0)::bigint as respostas, coalesce(sum(r.erros), 0)::bigint as erros,
        coalesce(sum(r.canceladas), 0)::bigint as canceladas, coalesce(sum(r.expiradas), 0)::bigint as expiradas
    from resumo_horas r
    where r.campanha_id = k.id and r.campanha_id <> '00000000-0000-0000-0000-000000000000') as s;

create view painel_fila as
select e.nome as empresa, l.numero_id, l.estado, l.mensagens, l.desde, c.em as contada_em,
    case when l.estado = 'vencida' then greatest(extract(epoch from agora() - l.desde), 0) end::double precision as atraso_s
from fila_contagem c
cross join lateral jsonb_to_recordset(c.linhas)
    as l (empresa_id uuid, numero_id integer, estado text, mensagens bigint, desde timestamptz)
join empresas e on e.id = l.empresa_id;

create view painel_incertas as
select f.id, e.nome as empresa, f.numero_id, f.tipo, f.garantia, f.tentativas, f.resgates, f.agendar_para as devida_em,
    f.reserva_ate as quarentena_ate
from fila_ativa f
join empresas e on e.id = f.empresa_id
where f.status = 'incerta' and f.reserva_ate is not null;

create view painel_pausas as
select e.nome as empresa, p.escopo, coalesce(n.identificador, m.nome, c.waba_id) as alvo, p.motivo, p.automatica, p.codigo, p.desde, p.ate
from pausas p
left join contas c on c.id = p.conta_id
left join numeros n on n.id = p.numero_id
left join modelos m on m.id = p.modelo_id
left join empresas e on e.id = coalesce(p.empresa_id, c.empresa_id, n.empresa_id, m.empresa_id)
where p.automatica or p.ate is null or p.ate > agora()
union all
select e.nome, 'faixa', coalesce(k.nome, x.origem || ' ' || x.id), x.pausa_motivo, false, null, x.pausada_em, x.pausada_ate
from faixas x
left join campanhas k on k.faixa_id = x.id
left join empresas e on e.id = x.empresa_id
where x.pausada_em is not null
  and (x.pausada_ate is null or x.pausada_ate > agora())
  and coalesce(k.status, '') not in ('cancelada', 'concluida');

create view painel_atendimento as
select a.followup_enviado_em as enviado_em, e.nome as empresa, e.fuso, coalesce(a.followup_resposta, 'pending') as resposta
from agendamentos a
join empresas e on e.id = a.empresa_id
where a.followup_enviado_em is not null;

create view painel_respostas_abertas as
select e.nome as empresa, r.numero_id, r.pergunta, r.classe, r.motivo, r.recebida_em
from respostas r
join empresas e on e.id = r.empresa_id
where r.estado = 'pendente';

create view painel_proativas as
select m.agendada_para, m.enviada_em, e.nome as empresa, e.fuso, m.tipo, m.status
from mensagens_proativas m
join empresas e on e.id = m.empresa_id;

create view painel_agendas as
select a.nome, coalesce(e.nome, 'todas') as empresa, a.cron, a.fuso, a.ativa, a.proxima_em, a.ultima_em, a.ultimo_erro is not null as falhou
from agendas a
left join empresas e on e.id = a.empresa_id;

create view painel_pendencias as
select 'webhooks' as tarefa, coalesce(sum(w.quantos), 0)::bigint as pendentes, min(w.recebido_em) as desde from webhook_pendentes w
union all
select 'efeitos', count(*), min(f.criado_em) from efeitos f
union all
select 'efeitos retidos', count(*), min(r.retido_em) from efeitos_retidos r;

create view painel_trabalhadores as
select t.nome, t.processo, t.versao, t.iniciado_em, t.visto_em, t.visto_em > agora() - interval '30 seconds' as vivo
from trabalhadores t;

create view painel_tabelas as
select s.relname as tabela, s.n_live_tup as vivas, s.n_dead_tup as mortas, s.last_autovacuum as vacuum_em,
    s.last_autoanalyze as analyze_em, s.autovacuum_count as vacuums, pg_total_relation_size(s.relid) as bytes
from pg_stat_user_tables s
where s.schemaname = 'carteiro';

create view painel_conexoes as
select s.usename as papel, count(*) as conexoes, count(s.backend_xmin) as com_retrato,
    coalesce(max(age(s.backend_xmin)), 0)::bigint as retrato_mais_antigo
from pg_stat_activity s
where s.datname = current_database() and s.usesysid is not null -- the rest of it is for pg_monitor
group by s.usename;

create view painel_banco as
select pg_database_size(d.datid) as bytes, d.numbackends as conexoes, d.xact_commit as confirmadas, d.xact_rollback as desfeitas,
    d.deadlocks, d.conflicts as conflitos, d.temp_bytes, d.blks_hit as blocos_em_memoria, d.blks_read as blocos_lidos,
    (select count(*) from pg_locks l where not l.granted) as esperas_de_trava,
    age(b.datfrozenxid)::bigint as idade_xid, pg_is_in_recovery() as replica
from pg_stat_database d
join pg_database b on b.oid = d.datid
where d.datname = current_database();

grant select on painel_empresas, painel_numeros, painel_horas, painel_erros, painel_campanhas, painel_campanhas_nomes, painel_fila, painel_incertas, painel_pausas,
    painel_atendimento, painel_respostas_abertas, painel_proativas, painel_agendas, painel_pendencias, painel_trabalhadores,
    painel_tabelas, painel_conexoes, painel_banco to carteiro_grafana;
