-- Campaigns and, for each person, what became of them.

create table campanhas (
    id uuid primary key default uuidv7(),
    empresa_id uuid not null references empresas,
    nome text not null constraint campanhas_nome check (nome <> ''),
    tipo text not null constraint campanhas_tipo check (tipo in ('primeiro_contato', 'followup', 'promocional')),
    status text not null default 'rascunho' constraint campanhas_status
        check (status in ('rascunho', 'agendada', 'ativa', 'pausada', 'concluida', 'cancelada')),
    mensagem_template text constraint campanhas_mensagem_template check (btrim(mensagem_template) <> ''),
    modelo_id bigint references modelos,
    filtro_especialidades text[],
    filtro_regioes text[],
    filtro_tags text[],
    metadata jsonb not null default '{}' constraint campanhas_metadata check (jsonb_typeof(metadata) = 'object'),
    numero_id integer references numeros,
    faixa_id integer references faixas,
    agendar_para timestamptz,
    max_por_dia integer constraint campanhas_max_por_dia check (max_por_dia > 0),
    valido_ate timestamptz,
    total_destinatarios integer not null default 0,
    envios_criados integer not null default 0,
    congelada_ate uuid,
    congelada_em timestamptz,
    enfileirada_ate uuid,
    enfileirada_em timestamptz,
    dia date,
    envios_no_dia integer not null default 0,
    pausa_motivo text,
    iniciada_em timestamptz,
    finalizada_em timestamptz,
    limpa_em timestamptz,
    criada_por text not null default session_user,
    created_at timestamptz not null default agora(),
    constraint campanhas_corpo check (num_nonnulls(mensagem_template, modelo_id) > 0),
    constraint campanhas_agendar_para check (isfinite(agendar_para)),
    constraint campanhas_valido_ate check (isfinite(valido_ate)),
    constraint campanhas_agendada check (status <> 'agendada' or agendar_para is not null),
    constraint campanhas_inicio check (status not in ('ativa', 'pausada', 'concluida') or iniciada_em is not null),
    constraint campanhas_fim check ((status in ('concluida', 'cancelada')) = (finalizada_em is not null)),
    constraint campanhas_pausa check (status <> 'pausada' or pausa_motivo is not null),
    constraint campanhas_limpa check (limpa_em is null or status = 'cancelada')
);
create index campanhas_vivas on campanhas (status) where status in ('agendada', 'ativa', 'pausada');
create index campanhas_por_limpar on campanhas (finalizada_em) where status = 'cancelada' and limpa_em is null;
comment on table campanhas is 'A message to a segment: rascunho → agendada → ativa ⇄ pausada → concluida | cancelada.';
comment on column campanhas.filtro_tags is 'All of these; especialidades and regioes: any of. Null: no filter.';
comment on column campanhas.max_por_dia is 'People a day, in the company''s days; null: no limit.';
comment on column campanhas.congelada_ate is 'The list is frozen up to this cliente id; congelada_em: whole.';
comment on column campanhas.enfileirada_ate is 'Queued up to this cliente id; enfileirada_em: whole.';
comment on column campanhas.dia is 'The company''s day that envios_no_dia counts.';
comment on column campanhas.envios_no_dia is 'Queued on that day, against max_por_dia.';
comment on column campanhas.limpa_em is 'When nothing of a cancelled campaign waited any more, in the queue or on its list.';
comment on column campanhas.faixa_id is 'Its lane of the queue; paused with it.';

create table campanha_destinatarios (
    campanha_id uuid not null,
    cliente_id uuid not null,
    mensagem_id uuid,
    exclusao text,
    status text not null default 'pendente' constraint campanha_destinatarios_status check (status in (
        'excluido', 'pendente', 'na_fila', 'enviada', 'erro', 'cancelada', 'expirada')),
    entrega text,
    erro text,
    dia date,
    encerrada_em timestamptz,
    respondeu_em timestamptz,
    primary key (campanha_id, cliente_id),
    constraint campanha_destinatarios_exclusao check ((status = 'excluido') = (exclusao is not null)),
    constraint campanha_destinatarios_mensagem check (
        status in ('excluido', 'pendente', 'cancelada', 'expirada') or mensagem_id is not null)
) with (fillfactor = 70);
comment on table campanha_destinatarios is 'The frozen list: one row per person, with why they were left out or what became of their message.';
comment on column campanha_destinatarios.exclusao is 'optout, sem_consentimento, fora_da_janela_sem_modelo, sem_<chave>, …';
comment on column campanha_destinatarios.dia is 'The company''s day on which it was queued, for max_por_dia.';
