-- Answers: what people wrote back, what it was taken for, what was done.

create table respostas (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    cliente_id uuid not null references clientes on delete cascade,
    conversa_id uuid not null,
    numero_id integer not null,
    estado text not null default 'juntando' constraint respostas_estado
        check (estado in ('juntando', 'aplicada', 'pendente', 'resolvida')),
    recebidas uuid[] not null constraint respostas_recebidas check (cardinality(recebidas) > 0),
    recebida_em timestamptz not null,
    aplicar_em timestamptz constraint respostas_aplicar check ((estado = 'juntando') = (aplicar_em is not null)),
    is_imediata boolean not null default false,
    pergunta text constraint respostas_pergunta check (pergunta in ('pos_servico', 'lembrete', 'falta')),
    disparo_id bigint,
    mensagem_id uuid,
    agendamento_id uuid references agendamentos on delete set null,
    botao text,
    classe text,
    regra text,
    confianca real,
    acao text,
    motivo text,
    opcoes jsonb constraint respostas_opcoes check (jsonb_typeof(opcoes) = 'array'),
    escolha integer,
    is_mudanca boolean not null default false,
    marcado_id uuid references agendamentos on delete set null,
    classe_corrigida text,
    resolvida_por text,
    resolvida_em timestamptz,
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora()
);
create index respostas_juntando on respostas (aplicar_em) where estado = 'juntando';
create index respostas_conversa on respostas (conversa_id) where estado = 'juntando';
create index respostas_em_aberto on respostas (empresa_id, id) where estado = 'pendente';
create index respostas_cliente on respostas (cliente_id, id);
comment on table respostas is 'Answers of people to what was asked, and what came of them. A burst of messages is one answer.';
comment on column respostas.estado is 'juntando: more may come until aplicar_em; aplicada: done; pendente: a person decides; resolvida: one did.';
comment on column respostas.is_imediata is 'A button, a choice, a wish to leave: it joins nothing and waits for nothing.';
comment on column respostas.pergunta is 'What was asked: pos_servico, lembrete, falta; null: nothing is open.';
comment on column respostas.botao is 'Id of the button or row, where one was touched.';
comment on column respostas.regra is 'What decided the class: a pattern of resposta_padroes, or the structure of the message.';
comment on column respostas.acao is 'What was done; agenda.book offers free slots.';
comment on column respostas.motivo is 'Why a person is asked, in Portuguese.';
comment on column respostas.opcoes is 'The slots offered: inicio, fim, profissional. Row n of the list is element n, from 0.';
comment on column respostas.is_mudanca is 'A choice moves the appointment; else it makes another.';
comment on column respostas.marcado_id is 'The appointment that a choice made or moved.';
comment on column respostas.classe_corrigida is 'What a person said that it meant.';

alter table mensagens_recebidas add column intencao text constraint mensagens_recebidas_intencao
    check (intencao in ('followup_positive', 'followup_negative', 'followup_feedback'));
alter table mensagens_recebidas add column mensagem_id uuid;
comment on column mensagens_recebidas.mensagem_id is 'The message of ours that it answers: quoted, or the last one that asked.';
comment on column mensagens_recebidas.intencao is 'What it answered to the message after the visit.';

alter table empresas add column respostas_espera interval not null default '20 seconds'
    constraint empresas_respostas_espera check (respostas_espera between '0' and '10 minutes');
comment on column empresas.respostas_espera is 'Silence after which the messages of a burst are read as one answer; buttons and opt-outs do not wait.';

create table contadores (
    empresa_id uuid not null references empresas,
    nome text not null constraint contadores_nome
        check (nome in ('followups_sent', 'followups_positive', 'followups_negative')),
    valor bigint not null default 0,
    primary key (empresa_id, nome)
) with (fillfactor = 50);
comment on table contadores is 'Counters that only grow, published as metrics: secretaria_appointment_<nome>_total.';

-- What webhooks say of templates, numbers, accounts and people. Meta repeats for days and in no order: what
-- is older than what is known (…_em) changes nothing.

alter table modelos
    add column situacao_em timestamptz,
    add column situacao_motivo text,
    add column qualidade text,
    add column qualidade_em timestamptz,
    add column categoria_em timestamptz,
    add column categoria_prevista text constraint modelos_categoria_prevista
        check (categoria_prevista in ('marketing', 'utility', 'authentication')),
    add column categoria_prevista_para timestamptz;
comment on column modelos.situacao_em is 'When Meta said so last, by webhook.';
comment on column modelos.situacao_motivo is 'Why Meta paused, refused or disabled it.';
comment on column modelos.qualidade is 'GREEN, YELLOW, RED or UNKNOWN, as Meta says it.';
comment on column modelos.categoria_prevista is 'The category that Meta will move it to at categoria_prevista_para: another price, and consent where it becomes marketing.';

alter table numeros
    add column qualidade text,
    add column qualidade_limite text,
    add column qualidade_em timestamptz;
comment on column numeros.qualidade is 'The last event of phone_number_quality_update: FLAGGED, UNFLAGGED, THROUGHPUT_UPGRADE, …';
comment on column numeros.qualidade_limite is 'The current_limit that came with it (TIER_…).';

alter table contas
    add column situacao text not null default 'ativa'
        constraint contas_situacao check (situacao in ('ativa', 'avisada', 'restrita', 'desativada', 'excluida')),
    add column situacao_em timestamptz,
    add column situacao_ate timestamptz,
    add column situacao_motivo text;
comment on column contas.situacao_ate is 'When the restriction ends, where Meta said so.';
comment on column contas.situacao is 'What account_update said last: avisada: a violation, or it will be disabled; restrita, desativada, excluida: its messages wait (pausas).';

alter table portfolios add column alcance_em timestamptz;
comment on column portfolios.alcance_em is 'When Meta last told the limit, by webhook.';

alter table identidades add column encerrada_em timestamptz;
comment on column identidades.encerrada_em is 'When its person left it for another number or id: who writes from it after that is somebody else.';

alter table mensagens_recebidas
    add column editada_em timestamptz,
    add column apagada_em timestamptz;
comment on column mensagens_recebidas.apagada_em is 'When the person took it back; its words went with it.';

alter table clientes add column marketing_espera_ate timestamptz;
comment on column clientes.marketing_espera_ate is 'Meta keeps marketing from this person until then (131049, 130472): tried sooner it would fail again.';

alter table consentimentos add column ocorrido_em timestamptz;
comment on column consentimentos.ocorrido_em is 'When the person said so, where Meta told (user_preferences, error 131050).';

create table avisos (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    em timestamptz not null default agora(),
    tipo text not null constraint avisos_tipo check (tipo in ('identidade', 'modelo', 'numero', 'conta')),
    chave text not null,
    cliente_id uuid references clientes on delete cascade,
    alvo text,
    texto text not null constraint avisos_texto check (texto <> ''),
    payload jsonb not null default '{}',
    visto_em timestamptz,
    visto_por text,
    constraint avisos_unico unique (empresa_id, chave),
    constraint avisos_visto check ((visto_em is null) = (visto_por is null))
);
create index avisos_abertos on avisos (empresa_id, id) where visto_em is null;
create index avisos_cliente on avisos (cliente_id) where cliente_id is not null;
comment on table avisos is 'What a person has to look at: two people under one identity, templates, numbers and accounts that Meta restricted. aviso_resolver closes one.';
comment on column avisos.chave is 'What tells it again is the same one.';

create table webhook_aplicados (
    chave bytea primary key,
    em timestamptz not null default agora()
);
create index webhook_aplicados_em on webhook_aplicados (em);
comment on table webhook_aplicados is 'Hashes of events that may not be applied twice and carry no key of their own; kept 60 days.';

-- security_invoker: whoever reads it needs the rights, and meets the policies, of the tables below
create or replace view interacoes with (security_invoker) as
select f.id, f.empresa_id, f.cliente_id, f.conversa_id, f.numero_id, 'saida' as direcao, f.tipo,
    f.conteudo, f.wamid, f.entrega, f.origem, f.origem_id, f.enviada_em as em, null::text as intencao
from fila_mensagens f
where f.status = 'enviada'
union all
select r.id, r.empresa_id, r.cliente_id, r.conversa_id, r.numero_id, 'entrada', r.tipo,
    r.conteudo, r.wamid, null, null, null, r.recebida_em, r.intencao
from mensagens_recebidas r;

create view respostas_pendentes with (security_invoker) as
select p.id, p.empresa_id, p.cliente_id, c.nome, p.conversa_id, p.agendamento_id, p.pergunta, p.classe, p.motivo,
    (select string_agg(m.conteudo, E'\n' order by m.recebida_em, m.id)
     from mensagens_recebidas m
     where m.id = any (p.recebidas)) as texto,
    p.recebida_em
from respostas p
join clientes c on c.id = p.cliente_id
where p.estado = 'pendente';
comment on view respostas_pendentes is 'Answers that a person has to read; resposta_resolver says what they meant.';

do $$
declare
    tabela text;
begin
    foreach tabela in array array['respostas', 'contadores', 'avisos'] loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I for select to carteiro_ops_leitura, carteiro_ops_escrita using (true)', tabela);
        execute format('create policy api on %I for select to carteiro_api using (empresa_id = empresa_atual())', tabela);
    end loop;
end
$$;
alter table webhook_aplicados enable row level security;
alter table webhook_aplicados force row level security;
create policy frota on webhook_aplicados to carteiro_owner using (true) with check (true);
grant select on respostas, contadores, respostas_pendentes, avisos to carteiro_ops_leitura, carteiro_ops_escrita, carteiro_api;

-- what everybody may read of the API, made by schema_prepare
create table api_documentos (
    nome text primary key,
    texto text not null
);
comment on table api_documentos is 'The OpenAPI document and its page, as they are served.';
alter table api_documentos enable row level security;
alter table api_documentos force row level security;
create policy frota on api_documentos to carteiro_owner using (true) with check (true);
create policy api on api_documentos for select to carteiro_api using (true);
grant select on api_documentos to carteiro_api;

-- the API lists a company's own, newest first
create index auditoria_empresa on auditoria (empresa_id, id);
create index conversas_empresa on conversas (empresa_id, id);

-- signatures that this release changes
drop function if exists followup_listar(text, text, integer, text);
drop function if exists webhook_apply(integer, bigint);
drop function if exists campanha_answered(uuid, uuid, timestamptz);
drop function if exists cliente_de_whatsapp(uuid, text, text);
drop function if exists webhook_apply_messages(bigint[], timestamptz, timestamptz);
