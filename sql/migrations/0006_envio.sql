-- Sending: the mode that binds the fleet, learnt rates, pauses that are probed, reach, replies.

create table modo_envio (
    unico boolean primary key default true check (unico),
    modo text not null default 'normal' constraint modo_envio_modo check (modo in ('normal', 'degradado')),
    epoca bigint not null default 1,
    desde timestamptz not null default agora()
);
insert into modo_envio default values;
comment on table modo_envio is 'One row that every claim names: normal (tokens of Redis) or degradado (a sender has no Redis: half the rate, tokens in ritmo_degradado, no marketing).';
comment on column modo_envio.epoca is 'Grows at every change; all buckets of the new mode begin empty.';

create table ritmo_degradado (
    numero_id integer primary key references numeros on delete cascade,
    epoca bigint not null,
    cheio_em timestamptz not null
) with (fillfactor = 50);
comment on table ritmo_degradado is 'The token bucket of each number while the mode is degradado.';
comment on column ritmo_degradado.cheio_em is 'When it will be full again (GCRA).';

alter table trabalhadores
    add column redis_desde timestamptz,
    add column redis_perdido_em timestamptz,
    add constraint trabalhadores_redis check (num_nonnulls(redis_desde, redis_perdido_em) <= 1);
comment on column trabalhadores.redis_desde is 'A sender: since when it reaches Redis without a break.';
comment on column trabalhadores.redis_perdido_em is 'A sender: since when it does not.';

alter table numeros
    add column taxa_fator double precision not null default 1
        constraint numeros_taxa_fator check (taxa_fator between 0.1 and 1),
    add column taxa_fator_em timestamptz;
alter table contas
    add column taxa_fator double precision not null default 1
        constraint contas_taxa_fator check (taxa_fator between 0.1 and 1),
    add column taxa_fator_em timestamptz;
comment on column numeros.taxa_fator is 'What throttling (130429) left of the rate at taxa_fator_em; it recovers 0.02 a second, see fator_agora.';
comment on column contas.taxa_fator is 'The same for the limits of account (80007) and app (4, 613).';

alter table portfolios
    add column alcance_limite integer constraint portfolios_alcance_limite check (alcance_limite > 0);
comment on column portfolios.alcance_limite is 'Unique people outside the 24 h window in a rolling 24 h (Meta''s messaging limit: 250, 2000, 10000, 100000); null: no limit.';

alter table pausas
    add column automatica boolean not null default false,
    add column codigo integer,
    add column vezes integer not null default 0,
    add column sonda_ate timestamptz;
comment on column pausas.ate is 'End; null: until fila_retomar. Of an automatic pause: from when one message may try whether it is over.';
comment on column pausas.automatica is 'Made by a sender for what Meta answered; ends when a message is accepted.';
comment on column pausas.codigo is 'Graph error that made it.';
comment on column pausas.vezes is 'Tries that failed; each doubles the pause.';
comment on column pausas.sonda_ate is 'A message is trying until then.';

alter table faixas add column pausada_ate timestamptz;
comment on column faixas.pausada_ate is 'End of its pause; null: until somebody lifts it.';

alter table fila_mensagens
    add column fora_da_janela boolean,
    add column resposta_a text,
    add column digitando boolean not null default false,
    -- true of what is there, as it has neither: months of rows are not read for that
    add constraint fila_resposta_a check (length(resposta_a) between 1 and 200) not valid,
    add constraint fila_digitando check (not digitando or resposta_a is not null) not valid;
comment on column fila_mensagens.fora_da_janela is 'Whether the last claim found the 24 h window closed: such people count for the portfolio''s reach.';
comment on column fila_mensagens.resposta_a is 'The wamid it quotes.';
comment on column fila_mensagens.digitando is 'Mark resposta_a as read and show "digitando…" before it goes.';
grant insert (resposta_a, digitando) on fila_mensagens to carteiro_ops_escrita;

-- rows whose sender vanished twice are claimed alone; the claim asks for resgates < 2, which does not imply this
create index fila_ativa_suspeita on fila_ativa (agendar_para) where resgates >= 2 and status = 'pendente';

-- a campaign writes each of its people, conversas and list entries once, pages at a time: with half of
-- the page free no index is touched
alter table clientes set (fillfactor = 50);
alter table conversas set (fillfactor = 50);
alter table campanha_destinatarios set (fillfactor = 50);

-- ids do not compress; each record tried
alter table efeitos alter column mensagens set storage external;

alter table modelos add column nomeado boolean not null default false;
comment on column modelos.nomeado is 'Its parameter_format at Meta is NAMED: values go by name, not in order.';

create table webhooks_vistos (
    phone_number_id text primary key,
    em timestamptz not null
) with (fillfactor = 50);
comment on table webhooks_vistos is 'When a webhook of the number last came, to two seconds.';

alter table tentativas add column desde timestamptz;
comment on column tentativas.desde is 'When the reserva began, of an attempt whose sender vanished.';

create table efeitos_retidos (
    id bigint primary key,
    tipo text not null,
    em timestamptz not null,
    ate timestamptz not null,
    mensagens uuid[] not null,
    erro text not null,
    retido_em timestamptz not null default agora()
);
comment on table efeitos_retidos is 'Rows of efeitos that could not be applied, each with why; INSERT INTO efeitos (tipo, em, ate, mensagens) tries one again.';
alter table efeitos_retidos enable row level security;
alter table efeitos_retidos force row level security;
create policy frota on efeitos_retidos to carteiro_owner using (true) with check (true);
create policy ops on efeitos_retidos to carteiro_ops_leitura, carteiro_ops_escrita using (true);

create table fila_contagem (
    unico boolean primary key default true check (unico),
    em timestamptz not null,
    total bigint not null,
    linhas jsonb not null
) with (fillfactor = 50);
comment on table fila_contagem is 'The last answer of fila_resumo: counting a queue of millions each five seconds would cost a core.';

-- who was written to in the last 24 h (fila_reach): messages end in order of time, so a summary of
-- each few pages is enough, and costs the record next to nothing. An expression: on encerrada_em itself
-- it is a path for every probe by id and bounds, and on a month never analysed it is taken, each probe
-- reading all of it. fila_months makes it for new months.
do $$
declare
    parte record;
    is_vazia boolean;
begin
    for parte in
        select c.relname
        from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'carteiro.fila_mensagens'::regclass and c.relname <> 'fila_ativa'
    loop
        -- not of months whose messages nobody asks for any more
        if parte.relname >= 'fila_' || to_char(agora() at time zone 'UTC' - interval '2 days', 'YYYY_MM') then
            execute format('create index %I on carteiro.%I using brin ((encerrada_em at time zone ''UTC'')) with (pages_per_range = 32, autosummarize = on)',
                parte.relname || '_encerrada_em', parte.relname);
        end if;
        -- as fila_months makes it now, for those to come; a month that is full has its statistics
        execute format('select not exists (select from carteiro.%I)', parte.relname) into is_vazia;
        if is_vazia then
            execute format('drop index carteiro.%I', parte.relname || '_cliente_id_encerrada_em_idx');
            execute format('create index on carteiro.%I (cliente_id, encerrada_em) where cliente_id is not null', parte.relname);
        end if;
    end loop;
end
$$;

-- signatures that this release changed
drop function if exists fila_claim(text, integer, integer[], smallint[], integer[], integer[], timestamptz[], bigint[],
    text[]);
drop function if exists fila_lanes();
drop function if exists fila_numeros();
drop function if exists fila_numeros_livres();
drop function if exists efeitos_apply_contact(uuid[], timestamptz, timestamptz);
drop function if exists fila_divert(uuid[], text[], uuid[], text[], text[]);
drop function if exists fila_rescue(integer, bigint);
drop function if exists fila_release(integer, integer);
drop function if exists fila_pausar(text, timestamptz, text, text);
drop function if exists fila_retomar(text, text);
drop function if exists webhook_settle(bigint[]);
drop function if exists fila_alvo(text, text);
drop function if exists conta_salvar(text, text, text, text, text, text);
drop function if exists campanha_pausar(uuid, text);
drop function if exists modelo_salvar(text, text, text[], text, text, text, text, text);
drop function if exists modelo_sincronizar(text, text, text, text, text);

grant select on modo_envio, ritmo_degradado, webhooks_vistos, efeitos_retidos
    to carteiro_ops_leitura, carteiro_ops_escrita;
