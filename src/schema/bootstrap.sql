-- bootstrap.sql - where `carteiro migrar` writes down what it applied. Repeatable; run as
-- carteiro_owner before the first migration.

create table if not exists carteiro.migracoes (
    numero      integer primary key,
    nome        text not null,
    checksum    text not null,
    aplicada_em timestamptz not null default now()
);
comment on table carteiro.migracoes is
    'Migrations applied by carteiro migrar; a process of the fleet waits for the one it needs.';

create table if not exists carteiro.funcoes_aplicadas (
    nome        text primary key,
    checksum    text not null,
    aplicada_em timestamptz not null default now()
);
comment on table carteiro.funcoes_aplicadas is
    'Files of sql/functions as last applied by carteiro migrar.';

-- The fleet asks for the version before any migration could grant it that.
grant usage on schema carteiro to carteiro_sender, carteiro_planner, carteiro_gateway,
    carteiro_api, carteiro_ops_leitura, carteiro_ops_escrita, carteiro_grafana, carteiro_keda;
grant select on carteiro.migracoes, carteiro.funcoes_aplicadas to public;
