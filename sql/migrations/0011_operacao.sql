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
