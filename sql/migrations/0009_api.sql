-- The HTTP API: keys, requests that may come twice, and what one company may see.

create table chaves_api (
    id bigint generated always as identity primary key,
    empresa_id uuid not null references empresas,
    nome text not null constraint chaves_api_nome check (btrim(nome) <> ''),
    papel text not null default 'escrita' constraint chaves_api_papel check (papel in ('leitura', 'escrita')),
    hash bytea not null,
    final text not null,
    expira_em timestamptz,
    revogada_em timestamptz,
    usada_em timestamptz,
    criada_por text not null default session_user,
    created_at timestamptz not null default agora(),
    constraint chaves_api_hash unique (hash)
);
comment on table chaves_api is 'Bearer keys of the HTTP API, each of one company; only their SHA-256 is kept.';
comment on column chaves_api.final is 'The last four characters, to tell keys apart.';
comment on column chaves_api.usada_em is 'When it was last used, to the minute.';

create table chaves_idempotencia (
    empresa_id uuid not null,
    chave text not null constraint chaves_idempotencia_chave check (length(chave) between 1 and 200),
    pedido bytea not null,
    status integer,
    resposta text,
    em timestamptz not null default agora(),
    primary key (empresa_id, chave)
);
create index chaves_idempotencia_em on chaves_idempotencia (em);
comment on table chaves_idempotencia is 'Answers to requests with an Idempotency-Key, given again for a day.';
comment on column chaves_idempotencia.pedido is 'SHA-256 of route and body: the same key with another request is refused.';

-- empresa_atual: the company that this transaction is bound to; null: to none.
create function empresa_atual() returns uuid
language sql stable parallel safe
as $$
    select nullif(current_setting('carteiro.empresa_id', true), '')::uuid
$$;
grant execute on function empresa_atual() to public;

do $$
declare
    tabela text;
begin
    foreach tabela in array array['empresas', 'contas', 'numeros', 'modelos', 'segmentos', 'regras_followup',
        'agendas', 'horarios_atendimento', 'chaves_api', 'chaves_idempotencia']
    loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I for select to carteiro_ops_leitura, carteiro_ops_escrita
            using (true)', tabela);
    end loop;
    foreach tabela in array array['fila_mensagens', 'clientes', 'identidades', 'consentimentos', 'conversas',
        'mensagens_recebidas', 'campanhas', 'disparos', 'agendamentos', 'pets', 'feedback_eventos', 'donos',
        'mensagens_proativas', 'auditoria', 'contas', 'numeros', 'modelos', 'regras_followup',
        'horarios_atendimento', 'chaves_idempotencia']
    loop
        execute format('create policy api on %I to carteiro_api using (empresa_id = empresa_atual())
            with check (empresa_id = empresa_atual())', tabela);
        execute format('grant select on %I to carteiro_api', tabela);
    end loop;
    -- rows without a company are everybody's
    foreach tabela in array array['segmentos', 'agendas'] loop
        execute format('create policy api on %I for select to carteiro_api
            using (empresa_id = empresa_atual() or empresa_id is null)', tabela);
        execute format('grant select on %I to carteiro_api', tabela);
    end loop;
end
$$;
create policy api on empresas for select to carteiro_api using (id = empresa_atual());
create policy api on campanha_destinatarios for select to carteiro_api
    using (exists (select 1 from campanhas c where c.id = campanha_id));
grant select on empresas, campanha_destinatarios to carteiro_api;
grant insert, update on chaves_idempotencia to carteiro_api;
grant select on chaves_api to carteiro_ops_leitura, carteiro_ops_escrita;

-- Under the names that other systems query.
create view conversations with (security_invoker) as
select c.id, c.empresa_id as organization_id, c.cliente_id, c.numero_id, c.status, c.controlada_por as controlled_by,
    c.etapa, c.followups_enviados, c.ultimo_followup_em, c.ultima_interacao_em, c.created_at
from conversas c;
comment on view conversations is 'conversas under the names that other systems query.';
create view appointments with (security_invoker) as
select a.id, a.empresa_id as organization_id, a.cliente_id, a.externo_id, a.inicio, a.fim, a.servico, a.profissional,
    a.valor, a.pet_id, a.status, a.permite_followup as allow_followup, a.followup_enviado_em as followup_sent_at,
    a.followup_resposta as followup_response, a.followup_proximo_em as followup_next_scheduled, a.created_at, a.updated_at
from agendamentos a;
comment on view appointments is 'agendamentos under the names that other systems query.';
grant select on conversations, appointments to carteiro_ops_leitura, carteiro_ops_escrita;

-- signatures that this release changed
drop function if exists empresa_salvar(text, text);

-- for fila_prune, which looks by age
create index toques_dia on toques using brin (dia);
