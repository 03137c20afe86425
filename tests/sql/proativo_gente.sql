-- A clinic in São Paulo on Friday 20 March 2026, 18h there, with customers, pets and appointments; \ir from inside
-- a transaction.
create temp table casa as select * from empresa_salvar('Clínica A');
insert into relogio values (true, timestamptz '2026-03-20 18:00-03' - now());
select conta_salvar('100000001', 'token') \g /dev/null
create temp table linha as select * from numero_salvar('200000001', taxa => 80);

create temp table gente as
select v.*, ('00000000-0000-7000-8000-' || lpad(v.n::text, 12, '0'))::uuid as id
from (values
    (1, 'ana',  'Ana Lima',      '+5511987650001', 'ativo',  false),
    (2, 'bia',  'Bia Souza',     '+5511987650002', 'ativo',  false),
    (3, 'caio', 'Caio Dias',     '+5511987650003', 'optout', false),
    (4, 'davi', 'Davi Rocha',    '+5511987650004', 'ativo',  false),
    (5, 'eva',  'Eva Interna',   '+5511987650005', 'ativo',  true)
) v (n, quem, nome, telefone, status, interno);
-- known for long, and in touch yesterday
insert into clientes (id, empresa_id, nome, primeiro_nome, telefone, status, interno, created_at, ultimo_contato_em)
select g.id, casa.id, g.nome, split_part(g.nome, ' ', 1), g.telefone, g.status, g.interno, '2025-01-10 12:00-03', '2026-03-19 12:00-03'
from gente g, casa;
create function pg_temp.de(text) returns uuid language sql stable as $$ select g.id from gente g where g.quem = $1 $$;

-- visita: an appointment of an hour, in local time
create function pg_temp.visita(quem text, inicio text, status text default 'realizado', valor numeric default null,
    servico text default null, profissional text default null)
returns uuid language sql
as $$
    insert into agendamentos (empresa_id, cliente_id, inicio, fim, status, valor, servico, profissional)
    select casa.id, pg_temp.de($1), $2::timestamp at time zone casa.fuso, ($2::timestamp + interval '1 hour') at time zone casa.fuso,
        $3, $4, $5, $6
    from casa
    returning id
$$;
-- abre: opening hours on these ISO days
create function pg_temp.abre(dias integer[], inicio time default '09:00', fim time default '12:00', profissional text default null,
    minutos integer default 60)
returns void language sql
as $$
    insert into horarios_atendimento (empresa_id, profissional, dia, inicio, fim, duracao_min)
    select casa.id, $4, d, $2, $3, $5 from casa, unnest($1) d
$$;
-- diz: what this type says now, without the greeting
create function pg_temp.diz(tipo text, em timestamptz default agora()) returns text language sql
as $$ select (proativo_conteudo($1, casa.id, $2)).conteudo from casa $$;
create function pg_temp.valores(tipo text, em timestamptz default agora()) returns jsonb language sql
as $$ select (proativo_conteudo($1, casa.id, $2)).valores from casa $$;
