-- The planner: schedules, windows, rules and their firings, appointments, owners.

alter table empresas
    add column marca_presenca boolean not null default false,
    add column pontos_facultativos boolean not null default false;
comment on column empresas.pontos_facultativos is 'It keeps Carnival Monday and Tuesday and Corpus Christi as holidays.';
comment on column empresas.marca_presenca is 'It marks attendance: who is neither realizado nor faltou an hour after the time counts as a no-show.';

alter table clientes
    add column interno boolean not null default false;
comment on column clientes.interno is 'Made for an owner (dono): in no segment, list, birthday or count of customers.';

-- Schedules. A row without empresa_id acts for every company that has no row of its own by that name.

create table agendas (
    id bigint generated always as identity primary key,
    empresa_id uuid references empresas,
    nome text not null constraint agendas_nome check (nome ~ '^[a-z][a-z0-9_]{0,62}$'),
    cron text not null,
    fuso text not null default 'America/Sao_Paulo',
    acao text not null,
    parametros jsonb not null default '{}' constraint agendas_parametros check (jsonb_typeof(parametros) = 'object'),
    perdidas text not null default 'ultima' constraint agendas_perdidas check (perdidas in ('pular', 'ultima', 'todas')),
    ativa boolean not null default true,
    proxima_em timestamptz,
    ultima_em timestamptz,
    ultimo_resultado jsonb,
    ultimo_erro text,
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora(),
    constraint agendas_unica unique nulls not distinct (nome, empresa_id),
    constraint agendas_proxima check (ativa or proxima_em is null)
);
create index agendas_proxima on agendas (proxima_em) where proxima_em is not null;
comment on table agendas is 'Schedules: five-field cron in an IANA zone.';
comment on column agendas.perdidas is 'Runs missed while no planner ran: pular (none), ultima (the last one), todas (each).';

create table agenda_disparos (
    agenda_id bigint not null references agendas on delete cascade,
    ocorrencia timestamptz not null,
    manual boolean not null default false,
    em timestamptz not null default agora(),
    duracao_ms integer,
    resultado jsonb,
    erro text,
    empresas_ate uuid,
    primary key (agenda_id, ocorrencia)
);
comment on table agenda_disparos is 'Firings of schedules: one row each, which is what makes them fire once.';
comment on column agenda_disparos.empresas_ate is 'It goes on in parts: done up to this company; null: whole.';

-- When a company may write.

create table feriados (
    id bigint generated always as identity primary key,
    empresa_id uuid references empresas,
    data date not null,
    nome text not null constraint feriados_nome check (btrim(nome) <> ''),
    constraint feriados_unico unique nulls not distinct (empresa_id, data)
);
comment on table feriados is 'Local holidays, of one company or (null) of all; the national ones are computed.';

create table janelas_envio (
    id bigint generated always as identity primary key,
    empresa_id uuid references empresas,
    proposito text not null constraint janelas_envio_proposito
        check (proposito in ('marketing', 'transacional', 'resposta', 'dono')),
    dias smallint[] not null constraint janelas_envio_dias
        check (cardinality(dias) > 0 and dias <@ array[1, 2, 3, 4, 5, 6, 7]::smallint[]),
    inicio time not null,
    fim time not null,
    feriados boolean not null default false,
    constraint janelas_envio_ordem check (inicio < fim)
);
create index janelas_envio_empresa on janelas_envio (empresa_id, proposito);
insert into janelas_envio (proposito, dias, inicio, fim, feriados) values
    ('marketing', '{1,2,3,4,5}', '09:00', '20:00', false),
    ('marketing', '{6}', '10:00', '16:00', false),
    ('transacional', '{1,2,3,4,5,6,7}', '07:00', '22:00', true),
    ('dono', '{1,2,3,4,5,6,7}', '07:00', '22:00', true),
    ('resposta', '{1,2,3,4,5,6,7}', '00:00', '24:00', true);
comment on table janelas_envio is 'Send windows: a company''s rows for a purpose take the place of the rows without company.';
comment on column janelas_envio.dias is 'ISO days: 1 Monday to 7 Sunday.';
comment on column janelas_envio.feriados is 'Also on holidays.';

create table limites_frequencia (
    id bigint generated always as identity primary key,
    empresa_id uuid references empresas,
    proposito text not null constraint limites_frequencia_proposito
        check (proposito in ('marketing', 'transacional')),
    maximo integer not null constraint limites_frequencia_maximo check (maximo > 0),
    dias integer not null constraint limites_frequencia_dias check (dias between 1 and 90),
    constraint limites_frequencia_unico unique nulls not distinct (empresa_id, proposito, dias)
);
comment on table limites_frequencia is 'At most maximo messages of a purpose to one person in dias days, across everything.';

-- read with the mode by every claim, so that no limit costs no look-up
alter table modo_envio add column ha_limites boolean not null default false;
comment on column modo_envio.ha_limites is 'There are limites_frequencia; kept by their trigger.';

create table toques (
    cliente_id uuid not null,
    proposito text not null,
    dia date not null,
    quantos integer not null,
    primary key (cliente_id, proposito, dia)
) with (fillfactor = 70);
comment on table toques is 'Messages per person, purpose and day of the company: what limites_frequencia is held against.';

alter table fila_mensagens add column toque date;
comment on column fila_mensagens.toque is 'The day of toques that counts it; null: no limit holds for it, or the attempt was given back.';
alter table faixas add column fechada_ate timestamptz;
-- which zones a company's people live in: janela_fechada_ate
create index clientes_fuso on clientes (empresa_id, fuso) where fuso is not null;
comment on column faixas.fechada_ate is 'A claim found its send window closed for everybody: it is passed over until then.';

-- Who a message is for.

create table segmentos (
    id bigint generated always as identity primary key,
    empresa_id uuid references empresas,
    nome text not null constraint segmentos_nome check (nome ~ '^[a-z][a-z0-9_]{0,62}$'),
    titulo text not null constraint segmentos_titulo check (btrim(titulo) <> ''),
    criterios jsonb not null constraint segmentos_criterios check (jsonb_typeof(criterios) = 'object'),
    created_at timestamptz not null default agora(),
    constraint segmentos_unico unique nulls not distinct (nome, empresa_id)
);
comment on table segmentos is 'Saved segments; those without company are predefined.';
insert into segmentos (nome, titulo, criterios) values
    ('novos_7_dias', 'Novos últimos 7 dias', '{"ultimo_contato": 7}'),
    ('engajados', 'Médicos engajados', '{"engajamento": 5}'),
    ('inativos_30_dias', 'Inativos há 30 dias', '{"inativo_desde": 30}'),
    ('anestesistas_abc', 'Anestesistas do ABC', '{"especialidade": ["Anestesiologia"], "regiao": ["abc"]}');

-- criteria as they are held against a person: days have become instants
create type segmento_filtro as (
    especialidades text[],
    regioes text[],
    tags text[],
    status text,
    engajamento integer,
    contato_desde timestamptz,
    inativo_desde timestamptz
);

alter table campanhas
    add column segmento text,
    add column criterios jsonb constraint campanhas_criterios check (jsonb_typeof(criterios) = 'object'),
    add column erro_limite double precision default 0.10 constraint campanhas_erro_limite
        check (erro_limite > 0 and erro_limite <= 1),
    add column erro_minimo integer not null default 50 constraint campanhas_erro_minimo check (erro_minimo > 0),
    add column erro_desde timestamptz,
    add column erro_base integer not null default 0,
    add column erro_vistos integer not null default 0;
comment on column campanhas.segmento is 'The segment that criterios came from; what it says now is of no matter.';
comment on column campanhas.criterios is 'Criteria of its people, besides filtro_…; days count from its start.';
comment on column campanhas.numero_id is 'The number that sends; null: all of the company''s (or of the template''s account), each person by the same one.';
comment on column campanhas.erro_limite is 'It pauses when more than this part of what ended has failed; null: never.';
comment on column campanhas.erro_minimo is 'Not before so many have ended.';
comment on column campanhas.erro_desde is 'Somebody let it go on then: failures before it do not count again.';
comment on column campanhas.erro_base is 'How many had ended by then.';
comment on column campanhas.erro_vistos is 'Failures at the last look: the next is after a tenth more.';

create table campanha_erros (
    campanha_id uuid not null,
    cliente_id uuid not null,
    classe text not null constraint campanha_erros_classe check (classe in ('passageiro', 'conteudo', 'conta',
        'destinatario', 'limite_pessoa', 'optout', 'incerto', 'outro')),
    codigo integer,
    em timestamptz not null default agora(),
    primary key (campanha_id, cliente_id)
);
comment on table campanha_erros is 'People of a campaign whose message failed, and why: outlives the queue''s retention.';

-- Rules, their texts, their firings. Every automation is a rule of the company (regras_install makes
-- the built-in ones); what it plans are rows of disparos; one function takes the due ones to the queue.

create table regras_followup (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    nome text not null constraint regras_followup_nome check (nome ~ '^[a-z][a-z0-9_]{0,62}$'),
    gatilho text not null constraint regras_followup_gatilho
        check (gatilho in ('conversa', 'pedido', 'agendamento', 'proativa', 'resposta')),
    etapa text constraint regras_followup_etapa check (etapa in ('primeiro_contato', 'interesse', 'oferta')),
    atraso interval not null default '0',
    max_envios integer not null default 1 constraint regras_followup_max_envios check (max_envios between 1 and 20),
    carencia interval not null default '30 days',
    tipo text not null default 'followup',
    proposito text not null default 'transacional' constraint regras_followup_proposito
        check (proposito in ('marketing', 'transacional', 'resposta', 'dono')),
    prioridade smallint not null default 4 constraint regras_followup_prioridade check (prioridade between 1 and 10),
    validade interval not null default '3 days' constraint regras_followup_validade check (validade > '0'),
    ativa boolean not null default true,
    versao integer not null default 1,
    faixa_id integer references faixas,
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora(),
    constraint regras_followup_unica unique (empresa_id, nome),
    constraint regras_followup_conversa check ((gatilho = 'conversa') = (etapa is not null))
);
comment on table regras_followup is 'Automations of a company, one row each: when they fire and how.';
comment on column regras_followup.gatilho is 'What makes it fire: a conversa without answer, a request (pedido), an agendamento, an owner''s summary (proativa), an answer (resposta).';
comment on column regras_followup.atraso is 'conversa: days without answer; pedido: the default delay; agendamento: from its start (negative: before) or, for pos_atendimento, from its end.';
comment on column regras_followup.carencia is 'After a finished chain it does not begin again for that person before this has passed.';
comment on column regras_followup.validade is 'How late a firing may still leave: its valido_ate is quando plus this, never past the event it is about.';

create table regra_mensagens (
    regra_id bigint not null references regras_followup on delete cascade,
    ordem smallint not null constraint regra_mensagens_ordem check (ordem between 1 and 20),
    texto text not null constraint regra_mensagens_texto check (btrim(texto) <> ''),
    carga jsonb,
    modelo text,
    modelo_corpo text,
    modelo_botoes text[],
    categoria text not null default 'utility' constraint regra_mensagens_categoria
        check (categoria in ('marketing', 'utility')),
    parametros text[] not null default '{}',
    primary key (regra_id, ordem)
);
comment on table regra_mensagens is 'The texts of a rule, the n-th one of a chain each, and beside each the Meta template that goes outside the 24 h window.';
comment on column regra_mensagens.carga is 'The interactive object around the text (buttons, list); its body text comes from texto.';
comment on column regra_mensagens.modelo is 'Name of the template (proposal): the row of modelos by that name in the account of the company''s number.';
comment on column regra_mensagens.modelo_corpo is 'Body of the proposal, where it differs from texto.';
comment on column regra_mensagens.parametros is 'Placeholders of the template''s body, in order.';

create table disparos (
    id bigint generated always as identity primary key,
    empresa_id uuid not null,
    regra_id bigint not null references regras_followup,
    alvo_id uuid not null,
    ocorrencia text not null,
    regra_versao integer not null,
    passo smallint not null default 1,
    cliente_id uuid not null,
    numero_id integer,
    quando timestamptz not null,
    valido_ate timestamptz,
    texto text,
    modelo text,
    parametros jsonb,
    metadata jsonb not null default '{}' constraint disparos_metadata check (jsonb_typeof(metadata) = 'object'),
    status text not null default 'planejado' constraint disparos_status
        check (status in ('planejado', 'enfileirado', 'enviado', 'erro', 'cancelado', 'pulado', 'expirado')),
    motivo text,
    mensagem_id uuid,
    encerrado_em timestamptz,
    respondido_em timestamptz,
    created_at timestamptz not null default agora(),
    constraint disparos_unico unique (regra_id, alvo_id, ocorrencia),
    constraint disparos_mensagem check (status not in ('enfileirado', 'enviado', 'erro') or mensagem_id is not null),
    constraint disparos_quando check (isfinite(quando))
) with (fillfactor = 70);
create index disparos_devidos on disparos (quando, id) where status = 'planejado';
create index disparos_cliente on disparos (cliente_id, regra_id);
create index disparos_alvo on disparos (alvo_id);
create index disparos_mensagem on disparos (mensagem_id) where mensagem_id is not null;
comment on table disparos is 'One firing of a rule for one target: planned, then queued, once.';
comment on column disparos.alvo_id is 'What it is about: conversa, agendamento, mensagem_proativa, or the person of a request.';
comment on column disparos.ocorrencia is 'Which firing of that rule for that target: step of the chain, start of the appointment, key of the request.';
comment on column disparos.texto is 'Its own text or (null) the rule''s.';
comment on column disparos.metadata is 'Values of placeholders, absolute: a date is filled in by fila_claim.';
comment on column disparos.motivo is 'Why it is cancelado, pulado or expirado, in Portuguese.';

-- security_invoker: whoever reads it needs the rights, and meets the policies, of the tables below
create view followups with (security_invoker) as
select d.id, d.empresa_id, d.cliente_id as user_id, c.nome, 'whatsapp' as channel, r.nome as followup_type, d.status,
    d.motivo, d.quando as scheduled_for, d.valido_ate, coalesce(d.texto, m.texto) as message, coalesce(d.modelo, m.modelo) as modelo,
    d.metadata, d.mensagem_id, d.encerrado_em, d.respondido_em, d.created_at
from disparos d
join regras_followup r on r.id = d.regra_id and r.gatilho = 'pedido'
join clientes c on c.id = d.cliente_id
left join regra_mensagens m on m.regra_id = r.id and m.ordem = 1;
comment on view followups is 'Follow-ups by request, and what became of them.';
grant select on followups to carteiro_ops_leitura, carteiro_ops_escrita;

-- the id by which another system knows a person
create index clientes_externo on clientes (empresa_id, (metadata ->> 'externo_id')) where metadata ? 'externo_id';

-- as it was, but with a condition that only the walk of a segment repeats (true for everybody): else it is a path
-- for looking one person up, and the cheapest where statistics say that nobody is there
drop index clientes_segmento;
create index clientes_segmento on clientes (empresa_id, id) where telefone is distinct from '';

-- not by the last interaction: that would be written with every message of everybody
create index conversas_etapa on conversas (empresa_id, etapa) where status = 'ativa' and etapa is not null;

alter table modelos add column botoes text[];
comment on column modelos.botoes is 'Quick reply buttons, without emoji (Meta''s rule); null: none.';

-- Appointments.

create table pets (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    cliente_id uuid not null references clientes on delete cascade,
    externo_id text,
    nome text not null constraint pets_nome check (btrim(nome) <> ''),
    especie text,
    data_nascimento date,
    created_at timestamptz not null default agora(),
    constraint pets_externo unique (empresa_id, externo_id)
);
create index pets_cliente on pets (cliente_id);
comment on table pets is 'Animals under a cliente, the tutor.';

create table agendamentos (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    cliente_id uuid not null references clientes,
    externo_id text constraint agendamentos_externo_id check (externo_id <> ''),
    inicio timestamptz not null,
    fim timestamptz not null,
    servico text,
    profissional text,
    valor numeric(12, 2) constraint agendamentos_valor check (valor >= 0),
    pet_id uuid references pets on delete set null,
    status text not null default 'agendado' constraint agendamentos_status
        check (status in ('agendado', 'confirmado', 'realizado', 'faltou', 'cancelado')),
    permite_followup boolean not null default false,
    followup_enviado_em timestamptz,
    followup_resposta text constraint agendamentos_followup_resposta
        check (followup_resposta in ('positive', 'negative', 'feedback')),
    followup_proximo_em timestamptz,
    versao integer not null default 1,
    status_informado text,
    metadata jsonb not null default '{}' constraint agendamentos_metadata check (jsonb_typeof(metadata) = 'object'),
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora(),
    constraint agendamentos_externo unique (empresa_id, externo_id),
    constraint agendamentos_ordem check (fim > inicio and isfinite(inicio) and isfinite(fim))
) with (fillfactor = 70);
create index agendamentos_inicio on agendamentos (empresa_id, inicio);
create index agendamentos_cliente on agendamentos (cliente_id, inicio);
comment on table agendamentos is 'Appointments: they come by agendamento_salvar, which plans reminders and follow-ups.';
comment on column agendamentos.versao is 'Grows when the instant, the person or the end changes: what was planned for an older one is void.';
comment on column agendamentos.status_informado is 'The status that whoever saves it gave last: the same again undoes no answer.';
comment on column agendamentos.permite_followup is 'The person agreed to be written to afterwards.';

create table horarios_atendimento (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    profissional text,
    dia smallint not null constraint horarios_atendimento_dia check (dia between 1 and 7),
    inicio time not null,
    fim time not null,
    duracao_min integer not null default 60 constraint horarios_atendimento_duracao check (duracao_min between 5 and 1440),
    constraint horarios_atendimento_ordem check (inicio < fim)
);
create index horarios_atendimento_empresa on horarios_atendimento (empresa_id, dia);
comment on table horarios_atendimento is 'Opening hours by ISO day, in the company''s zone: minus appointments they are the free slots.';

create table feedback_eventos (
    id bigint generated always as identity primary key,
    empresa_id uuid not null,
    cliente_id uuid not null,
    agendamento_id uuid references agendamentos on delete set null,
    feedback_type text not null default 'followup_text' constraint feedback_eventos_type
        check (feedback_type in ('followup_text')),
    texto text not null,
    em timestamptz not null default agora()
);
create index feedback_eventos_agendamento on feedback_eventos (agendamento_id);
comment on table feedback_eventos is 'What people wrote after their visit.';

-- Owners.

create table donos (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    cliente_id uuid not null references clientes,
    nome text not null constraint donos_nome check (btrim(nome) <> ''),
    tipos text[],
    ativo boolean not null default true,
    created_at timestamptz not null default agora(),
    constraint donos_cliente unique (cliente_id)
);
create index donos_empresa on donos (empresa_id);
comment on table donos is 'Owners who receive proactive messages; cliente_id is who the queue writes to.';
comment on column donos.tipos is 'Message types that this owner wants; null: all.';

create table mensagens_proativas (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    dono_id uuid,
    tipo text not null constraint mensagens_proativas_tipo check (tipo in ('daily_summary', 'inactive_clients',
        'birthdays', 'opportunities', 'low_occupancy', 'custom_campaign')),
    ocorrencia text not null,
    conteudo text not null,
    parametros text[],
    agendada_para timestamptz not null default agora(),
    status text not null default 'pending' constraint mensagens_proativas_status
        check (status in ('pending', 'sent', 'failed')),
    enviada_em timestamptz,
    erro_mensagem text,
    mensagem_id uuid,
    detalhes_em timestamptz,
    campanha_id uuid references campanhas,
    metadata jsonb not null default '{}',
    created_at timestamptz not null default agora(),
    constraint mensagens_proativas_unica unique nulls not distinct (empresa_id, dono_id, tipo, ocorrencia)
);
create index mensagens_proativas_dono on mensagens_proativas (dono_id, created_at);
comment on table mensagens_proativas is 'Messages to owners: what was to be said, and what became of it.';
comment on column mensagens_proativas.dono_id is 'Outlives the row of donos.';
comment on column mensagens_proativas.parametros is 'Values of the short template that goes when the 24 h window is closed.';
comment on column mensagens_proativas.detalhes_em is 'When the full text followed the owner''s answer.';

create view aurora_proactive_messages with (security_invoker) as
select m.id, m.empresa_id as organization_id, m.dono_id as owner_number_id, m.tipo as message_type, m.conteudo as content,
    m.agendada_para as scheduled_for, m.status, m.enviada_em as sent_at, m.erro_mensagem as error_message, m.metadata,
    m.created_at
from mensagens_proativas m;
comment on view aurora_proactive_messages is 'mensagens_proativas under the names that other systems query.';
grant select on aurora_proactive_messages to carteiro_ops_leitura, carteiro_ops_escrita;

do $$
declare
    tabela text;
begin
    foreach tabela in array array['toques', 'campanha_erros', 'disparos', 'pets', 'agendamentos', 'feedback_eventos', 'donos',
        'mensagens_proativas']
    loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I to carteiro_ops_leitura, carteiro_ops_escrita
            using (true) with check (true)', tabela);
    end loop;
end
$$;

grant select on agendas, agenda_disparos, feriados, janelas_envio, limites_frequencia, toques, segmentos, campanha_erros,
    regras_followup, regra_mensagens, disparos, pets, agendamentos, horarios_atendimento, feedback_eventos,
    donos, mensagens_proativas
    to carteiro_ops_leitura, carteiro_ops_escrita;
