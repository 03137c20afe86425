-- What the limit probe drains: a live part and a finished part with the columns that a
-- claim, a POST and a record cannot do without, and the same messages. Not the product's schema.
create table viva (
    id uuid primary key default gen_random_uuid(),
    numero_id integer not null,
    destino text not null,
    conteudo text not null,
    status text not null default 'pendente',
    reserva_seq bigint not null default 0,
    reserva_ate timestamptz,
    agendar_para timestamptz not null default now(),
    ordem bigint generated always as identity
) with (fillfactor = 80);
create index viva_pronta on viva (numero_id, agendar_para, ordem) where status = 'pendente';
create table finda (
    id uuid primary key,
    numero_id integer not null,
    destino text not null,
    conteudo text not null,
    reserva_seq bigint not null,
    wamid text not null,
    encerrada_em timestamptz not null
);
insert into viva (numero_id, destino, conteudo)
select 1, '+55119' || (60000000 + i), replace(:'texto', '{nome}', 'Pessoa' || i)
from generate_series(1, :n) i;
vacuum analyze viva;
checkpoint;
