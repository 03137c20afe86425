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
create policy ops on resumos_totais for select to carteiro_ops_leitura, carteiro_ops_escrita, carteiro_grafana using (true);
grant select on resumos_totais to carteiro_ops_leitura, carteiro_ops_escrita, carteiro_grafana;

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
