-- The inbox by day, and what is still to apply beside it; attempts by day; how long what is kept.
--
-- What is there becomes the first part of each table, as it stands: no row is copied. fila_days
-- (schema_prepare) makes the days after it.

create table retencao (
    tabela text primary key constraint retencao_tabela
        check (tabela in ('fila_mensagens', 'tentativas', 'webhook_eventos')),
    guardar interval not null,
    -- statuses are looked up over 31 days, an unknown outcome waits 8 days for its webhook
    constraint retencao_guardar check (guardar >= case tabela
        when 'fila_mensagens' then interval '3 months' when 'tentativas' then interval '32 days' else interval '9 days' end)
);
comment on table retencao is 'How long finished messages, attempts and webhooks are kept: the planner drops a part when all of it is older.';
insert into retencao (tabela, guardar) values
    ('fila_mensagens', '24 months'), ('tentativas', '180 days'), ('webhook_eventos', '30 days');

-- as fila_months makes them now; what is there stays where it is
do $$
declare
    mes record;
begin
    for mes in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'carteiro.fila_mensagens'::regclass and c.relname <> 'fila_ativa'
    loop
        execute format('alter table %I set (fillfactor = 50)', mes.relname);
    end loop;
end
$$;

create table webhook_pendentes (
    recebido_em timestamptz not null,
    id bigint generated always as identity,
    quantos integer not null,
    numeros text[],
    outros bigint[],
    eventos bigint[],
    mensagens uuid[],
    seqs bigint[],
    wamids text[],
    graus smallint[],
    codigos integer[],
    instantes timestamptz[],
    constraint webhook_pendentes_pk primary key (recebido_em, id)
);
-- ids do not compress; each store tried
alter table webhook_pendentes alter column eventos set storage external, alter column mensagens set storage external,
    alter column seqs set storage external, alter column wamids set storage external,
    alter column graus set storage external, alter column codigos set storage external,
    alter column instantes set storage external;
comment on table webhook_pendentes is 'What of webhook_eventos is still to apply: one row for up to 500 events of one instant, deleted when they are applied.';
comment on column webhook_pendentes.numeros is 'phone_number_ids of its events.';
comment on column webhook_pendentes.outros is 'Events that are a person''s message.';
comment on column webhook_pendentes.eventos is 'Events that are a status; of each, in the arrays after it, what the key names and what is said.';
comment on column webhook_pendentes.graus is 'entrega_rank of what the status says; null for a word that nobody knows.';

alter table efeitos add column criado_em timestamptz not null default agora();
comment on column efeitos.criado_em is 'Since when it waits to be applied.';

-- signatures that this release changes; webhook_apply_message takes a row of the table
drop function if exists efeitos_apply(integer);
drop function if exists webhook_apply(integer);
drop function if exists campanha_apply_effects(uuid[], timestamptz, timestamptz);
drop function if exists webhook_apply_message(webhook_eventos);
drop function if exists webhook_apply_status(bigint[]);
drop function if exists webhook_settle(uuid[], bigint[], text[], text[]);
drop function if exists webhook_seen(bigint[]);
drop function if exists webhook_pause(bigint[]);
drop function if exists webhook_zombies(bigint[]);
-- until the new one is there, webhooks are refused, and come again: the former one would store what
-- nobody applies
drop function if exists webhook_store(text[], text[], text[], text[], text[], text[], integer[], bigint[], text[]);

lock table webhook_eventos, tentativas in access exclusive mode;

insert into webhook_pendentes (recebido_em, quantos, numeros, outros, eventos, mensagens, seqs, wamids, graus, codigos, instantes)
select e.recebido_em, count(*), array_agg(distinct e.phone_number_id) filter (where e.phone_number_id is not null),
    array_agg(e.id) filter (where e.tipo = 'mensagem'),
    array_agg(e.id) filter (where e.is_status),
    array_agg(case when e.is_nossa then left(e.chave, 36)::uuid end) filter (where e.is_status),
    array_agg(case when e.is_nossa then substr(e.chave, 38)::bigint end) filter (where e.is_status),
    array_agg(e.wamid) filter (where e.is_status),
    array_agg(case e.status when 'sent' then 2 when 'failed' then 3 when 'delivered' then 4 when 'read' then 5
        when 'played' then 5 end::smallint) filter (where e.is_status),
    array_agg(e.codigo) filter (where e.is_status),
    array_agg(coalesce(e.ocorrido_em, e.recebido_em)) filter (where e.is_status)
from (select w.*, w.tipo = 'status' as is_status,
          w.chave ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,18}$' as is_nossa,
          (row_number() over (partition by w.recebido_em order by w.id) - 1) / 500 as lote
      from webhook_eventos w
      where w.aplicado_em is null) as e
group by e.recebido_em, e.lote
order by e.recebido_em, e.lote;

drop index webhook_eventos_por_aplicar;
alter table webhook_eventos drop column aplicado_em;
alter table webhook_eventos rename constraint webhook_eventos_pkey to webhook_eventos_antes_pkey;
alter table webhook_eventos alter column id drop identity;
alter table webhook_eventos rename to webhook_eventos_antes;
alter table tentativas rename constraint tentativas_pk to tentativas_antes_pkey;
alter table tentativas alter column id drop identity;
alter table tentativas rename to tentativas_antes;
comment on table webhook_eventos_antes is 'The days before webhook_eventos had its parts.';
comment on table tentativas_antes is 'The days before tentativas had its parts.';
revoke all on webhook_eventos_antes, tentativas_antes from carteiro_ops_leitura, carteiro_ops_escrita;
drop policy ops on webhook_eventos_antes;
drop policy ops on tentativas_antes;

-- no key here: one would need the time in it. Each part has its own.
create table webhook_eventos (
    id bigint generated always as identity,
    recebido_em timestamptz not null default agora(),
    tipo text not null,
    waba_id text,
    phone_number_id text,
    wamid text,
    status text,
    chave text,
    codigo integer,
    ocorrido_em timestamptz,
    corpo text not null,
    erro text
) partition by range (recebido_em);
comment on table webhook_eventos is 'The inbox, by day: one row per event of a webhook, stored before Meta is answered. What is still to apply is in webhook_pendentes.';
comment on column webhook_eventos.chave is 'Our biz_opaque_callback_data: message and claim.';
comment on column webhook_eventos.corpo is 'The event as it came; text, because jsonb refuses some of what comes.';
comment on column webhook_eventos.erro is 'Why it could not be applied.';

create table tentativas (
    id bigint generated always as identity,
    em timestamptz not null default agora(),
    mensagem_id uuid not null,
    reserva_seq bigint not null,
    desfecho text not null constraint tentativas_desfecho check (desfecho in (
        'recusada', 'repetir', 'limitada', 'desconhecida', 'sem_noticia', 'liquidada', 'zumbi', 'reenviada')),
    classe text,
    codigo integer,
    erro text,
    wamid text,
    trabalhador text,
    status_anterior text,
    desde timestamptz
) partition by range (em);
comment on table tentativas is 'Attempts that did not end accepted, and evidence that came late, by day. With the row itself, the whole story of a message.';
comment on column tentativas.desfecho is 'recusada: refused for good; repetir: refused, tried again; limitada: throttled, no attempt spent; desconhecida: no answer; sem_noticia: its sender vanished; liquidada: settled by evidence (status_anterior: from which state); zumbi: evidence of a reserva that was no longer current; reenviada: sent again after quarantine.';
comment on column tentativas.desde is 'When the reserva began, of an attempt whose sender vanished.';

do $$
declare
    v_ate timestamptz;
    v_ultimo bigint;
begin
    select (date_trunc('day', greatest(max(w.recebido_em), agora()) at time zone 'UTC') + interval '1 day') at time zone 'UTC',
        coalesce(max(w.id), 0) + 1
    into v_ate, v_ultimo
    from webhook_eventos_antes w;
    execute format('alter table webhook_eventos_antes add constraint webhook_eventos_antes_limites check (recebido_em < %L)', v_ate);
    execute format('alter table webhook_eventos attach partition webhook_eventos_antes for values from (minvalue) to (%L)', v_ate);
    execute format('alter table webhook_eventos alter column id restart with %s', v_ultimo);

    select (date_trunc('day', greatest(max(t.em), agora()) at time zone 'UTC') + interval '1 day') at time zone 'UTC',
        coalesce(max(t.id), 0) + 1
    into v_ate, v_ultimo
    from tentativas_antes t;
    execute format('alter table tentativas_antes add constraint tentativas_antes_limites check (em < %L)', v_ate);
    execute format('alter table tentativas attach partition tentativas_antes for values from (minvalue) to (%L)', v_ate);
    execute format('alter table tentativas alter column id restart with %s', v_ultimo);
end
$$;

do $$
declare
    tabela text;
begin
    foreach tabela in array array['webhook_eventos', 'tentativas', 'webhook_pendentes'] loop
        execute format('alter table %I enable row level security', tabela);
        execute format('alter table %I force row level security', tabela);
        execute format('create policy frota on %I to carteiro_owner using (true) with check (true)', tabela);
        execute format('create policy ops on %I to carteiro_ops_leitura, carteiro_ops_escrita
            using (true) with check (true)', tabela);
    end loop;
end
$$;
grant select on webhook_eventos, tentativas, webhook_pendentes, retencao to carteiro_ops_leitura, carteiro_ops_escrita;
grant update (guardar) on retencao to carteiro_ops_escrita;
