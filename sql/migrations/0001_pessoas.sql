-- Companies, their WhatsApp accounts and numbers, templates, people and what people allowed.

revoke all on schema carteiro from public;
grant usage on schema carteiro to carteiro_sender, carteiro_planner, carteiro_gateway,
    carteiro_api, carteiro_ops_leitura, carteiro_ops_escrita, carteiro_grafana, carteiro_keda;
-- A new function is nobody's until its file says whose.
alter default privileges revoke execute on functions from public;

create table relogio (
    unico boolean primary key default true check (unico),
    deslocamento interval not null default '0'
);
comment on table relogio is 'Shift of agora(); a row exists in tests only.';

-- agora: the time that every rule goes by: now(), plus the shift that only tests have. By its key:
-- the functions of the hot path forbid sequential scans, and one that has no other way would make
-- all plans look alike.
create function agora() returns timestamptz
language sql stable parallel safe
as $$
    select now() + coalesce((select deslocamento from carteiro.relogio where unico), interval '0')
$$;
grant execute on function agora() to public;

-- uuidv7: a time-ordered id (RFC 9562, version 7): 48 bits of milliseconds, then random bits.
create function uuidv7() returns uuid
language sql volatile parallel safe
as $$
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
                from 1 for 6),
            52, 1), 53, 1), 'hex')::uuid
$$;
grant execute on function uuidv7() to public;

create table chaves_internas (
    nome text primary key,
    chave bytea not null
);
comment on table chaves_internas is 'Keys made in the database and never leaving it (the hash of supressoes).';

create table empresas (
    id uuid primary key default uuidv7(),
    nome text not null constraint empresas_nome check (nome <> '' and nome = btrim(nome)),
    fuso text not null default 'America/Sao_Paulo',
    created_at timestamptz not null default agora(),
    constraint empresas_nome_unico unique (nome)
);
comment on table empresas is 'A tenant: clinic, shop, agency.';
comment on column empresas.fuso is 'IANA zone of its days, windows and schedules.';

create table portfolios (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    identificador text,
    created_at timestamptz not null default agora(),
    constraint portfolios_identificador_unico unique (identificador)
);
comment on table portfolios is 'A Meta business portfolio: the reach limit and the rate buckets of its numbers belong together.';
comment on column portfolios.identificador is 'Meta''s id of the portfolio, where it is known.';

create table contas (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    portfolio_id bigint not null references portfolios,
    waba_id text not null constraint contas_waba_id check (waba_id ~ '^[0-9]{5,20}$'),
    app_id text constraint contas_app_id check (app_id ~ '^[0-9]{5,20}$'),
    token_arquivo text not null
        constraint contas_token_arquivo check (token_arquivo ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
    segredo_arquivo text
        constraint contas_segredo_arquivo check (segredo_arquivo ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'),
    created_at timestamptz not null default agora(),
    constraint contas_waba_unica unique (waba_id)
);
comment on table contas is 'A WhatsApp Business account (WABA).';
comment on column contas.token_arquivo is 'Name of the file in secrets.dir that holds the access token; a bare name, never a path.';
comment on column contas.segredo_arquivo is 'Name of the file in secrets.dir that holds the app secret; a bare name, never a path.';

create table numeros (
    id integer generated always as identity primary key,
    empresa_id uuid not null references empresas,
    conta_id bigint not null references contas,
    identificador text not null
        constraint numeros_identificador check (identificador ~ '^[0-9]{5,20}$'),
    telefone text constraint numeros_telefone check (telefone ~ '^\+[1-9][0-9]{7,14}$'),
    taxa double precision constraint numeros_taxa check (taxa > 0 and taxa <= 100000),
    rajada integer constraint numeros_rajada check (rajada between 1 and 100000),
    padrao boolean not null default false,
    ativo boolean not null default true,
    created_at timestamptz not null default agora(),
    constraint numeros_identificador_unico unique (identificador)
);
create unique index numeros_padrao on numeros (empresa_id) where padrao;
comment on table numeros is 'A sending WhatsApp number.';
comment on column numeros.identificador is 'Meta''s phone_number_id.';
comment on column numeros.taxa is 'Messages per second (20 a minute: 20/60.0); null: sender.taxa_padrao.';
comment on column numeros.rajada is 'Burst in messages; null: a tenth of a second''s allowance, at least 1.';
comment on column numeros.padrao is 'The number that messages of the company take when they name none.';

create table modelos (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    conta_id bigint not null references contas,
    nome text not null constraint modelos_nome check (nome ~ '^[a-z0-9_]+$' and length(nome) <= 512),
    idioma text not null default 'pt_BR' constraint modelos_idioma check (idioma ~ '^[a-z]{2,3}(_[A-Z]{2})?$'),
    categoria text not null default 'utility'
        constraint modelos_categoria check (categoria in ('marketing', 'utility', 'authentication')),
    corpo text not null constraint modelos_corpo check (corpo <> '' and length(corpo) <= 1024),
    parametros text[] not null default '{}',
    situacao text not null default 'rascunho' constraint modelos_situacao
        check (situacao in ('rascunho', 'enviado', 'aprovado', 'rejeitado', 'pausado', 'desativado')),
    meta_id text,
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora(),
    constraint modelos_unico unique (conta_id, nome, idioma)
);
comment on table modelos is 'A Meta message template.';
comment on column modelos.corpo is 'Body with {placeholders}; at Meta they are {{1}}, {{2}} in the order of parametros.';
comment on column modelos.parametros is 'The placeholders in the order in which the body holds them.';

create table clientes (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    nome text not null default '',
    primeiro_nome text not null default '',
    telefone text constraint clientes_telefone check (telefone ~ '^\+[1-9][0-9]{7,14}$'),
    especialidade_nome text,
    regiao text,
    tags text[] not null default '{}',
    status text not null default 'ativo' constraint clientes_status check (status in ('ativo', 'optout')),
    marketing_permitido boolean not null default false,
    total_interacoes integer not null default 0,
    ultimo_contato_em timestamptz,
    data_nascimento date,
    fuso text,
    metadata jsonb not null default '{}' constraint clientes_metadata check (jsonb_typeof(metadata) = 'object'),
    created_at timestamptz not null default agora(),
    updated_at timestamptz not null default agora(),
    constraint clientes_telefone_unico unique (empresa_id, telefone)
) with (fillfactor = 85);
create index clientes_tags on clientes using gin (tags);
-- a segment is walked by client id, one company at a time
create index clientes_segmento on clientes (empresa_id, id);
comment on table clientes is 'A person that a company writes to.';
comment on column clientes.primeiro_nome is 'What {nome} says; titles and quotes dropped.';
comment on column clientes.telefone is 'E.164, as given; searched by its variants, never rewritten.';
comment on column clientes.marketing_permitido is 'What consentimentos say is in force for marketing; kept by consentimento_registrar and consentimento_revogar.';
comment on column clientes.total_interacoes is 'Messages in and out.';
comment on column clientes.fuso is 'IANA zone; null: the company''s.';

create table identidades (
    id bigint generated always as identity primary key,
    empresa_id uuid not null,
    cliente_id uuid not null references clientes on delete cascade,
    tipo text not null constraint identidades_tipo check (tipo in ('telefone', 'wa_id', 'bsuid')),
    valor text not null constraint identidades_valor check (valor <> ''),
    created_at timestamptz not null default agora(),
    constraint identidades_unica unique (empresa_id, tipo, valor)
);
create index identidades_cliente on identidades (cliente_id);
comment on table identidades is 'By what a person is known: phone, the wa_id that Meta answered, business-scoped user id.';

create table consentimentos (
    id bigint generated always as identity primary key,
    empresa_id uuid not null,
    cliente_id uuid not null,
    finalidade text not null default 'marketing'
        constraint consentimentos_finalidade check (finalidade in ('marketing', 'transacional')),
    acao text not null constraint consentimentos_acao check (acao in ('concedido', 'revogado')),
    texto text,
    canal text not null default 'sql',
    evidencia text,
    registrado_por text not null default session_user,
    em timestamptz not null default agora(),
    constraint consentimentos_prova check (acao = 'revogado' or coalesce(texto, '') <> '')
);
create index consentimentos_cliente on consentimentos (cliente_id, finalidade, id desc);
comment on table consentimentos is 'Append-only proof of what a person allowed or withdrew (LGPD art. 8).';
comment on column consentimentos.texto is 'The wording that the person agreed to.';
comment on column consentimentos.evidencia is 'Where the proof lies: message id, form, file and line.';

create table supressoes (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    hash bytea not null,
    motivo text not null,
    por text not null default session_user,
    em timestamptz not null default agora(),
    constraint supressoes_unica unique (empresa_id, hash)
);
comment on table supressoes is 'Numbers not to write to, as a keyed hash that outlives the erasure of the person.';

create table conversas (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null,
    cliente_id uuid not null,
    numero_id integer not null,
    status text not null default 'ativa' constraint conversas_status check (status in ('ativa', 'encerrada')),
    controlada_por text not null default 'ai'
        constraint conversas_controlada_por check (controlada_por in ('ai', 'humano')),
    etapa text constraint conversas_etapa check (etapa in ('primeiro_contato', 'interesse', 'oferta')),
    followups_enviados integer not null default 0,
    ultimo_followup_em timestamptz,
    janela_24h_ate timestamptz,
    ultima_interacao_em timestamptz,
    ultima_direcao text constraint conversas_ultima_direcao check (ultima_direcao in ('entrada', 'saida')),
    created_at timestamptz not null default agora()
) with (fillfactor = 80);
create unique index conversas_ativa on conversas (cliente_id, numero_id) where status = 'ativa';
comment on table conversas is 'A person and a number talking; one active at a time.';
comment on column conversas.janela_24h_ate is 'Until when Meta takes free text from this number to this person.';

create table mensagens_recebidas (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null,
    cliente_id uuid not null,
    conversa_id uuid not null,
    numero_id integer not null,
    wamid text not null,
    tipo text not null,
    conteudo text,
    carga jsonb,
    resposta_a text,
    recebida_em timestamptz not null,
    created_at timestamptz not null default agora(),
    constraint mensagens_recebidas_unica unique (wamid)
);
create index mensagens_recebidas_cliente on mensagens_recebidas (cliente_id, recebida_em);
comment on table mensagens_recebidas is 'What people wrote to us: the incoming half of interacoes.';
comment on column mensagens_recebidas.resposta_a is 'The wamid it quotes.';

create table auditoria (
    id bigint generated always as identity primary key,
    em timestamptz not null default agora(),
    empresa_id uuid,
    por text not null default session_user,
    action text not null,
    alvo text,
    payload jsonb not null default '{}'
);
comment on table auditoria is 'Append-only: who did what to which company, campaign, number, person.';

create function tabela_so_acrescenta() returns trigger
language plpgsql
as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = '42501';
end
$$;
create trigger consentimentos_so_acrescenta before update or delete or truncate on consentimentos
    for each statement execute function tabela_so_acrescenta();
create trigger auditoria_so_acrescenta before update or delete or truncate on auditoria
    for each statement execute function tabela_so_acrescenta();
