-- A company with its rules, a number, templates and six people; \ir from inside a transaction.
create temp table casa as select * from empresa_salvar('Clínica A');
select conta_salvar('100000001', 'token');
create temp table linha as select * from numero_salvar('200000001', taxa => 80);

-- aberta: wrote an hour ago
create temp table gente as
select ('00000000-0000-7000-8000-' || lpad(v.n::text, 12, '0'))::uuid as id, v.*
from (values
    (1, 'ana',  'Ana',  '+5511987650001', 'ativo',  true,  true),
    (2, 'bia',  'Bia',  '+5511987650002', 'ativo',  true,  false),
    (3, 'caio', 'Caio', '+5511987650003', 'optout', true,  true),
    (4, 'davi', 'Davi', null,             'ativo',  true,  true),
    (5, 'eva',  'Eva',  '+5511987650005', 'ativo',  false, true),
    (6, 'gil',  '',     '+5511987650006', 'ativo',  true,  true)
) v (n, quem, nome, telefone, status, permitido, aberta);
insert into clientes (id, empresa_id, nome, primeiro_nome, telefone, status, marketing_permitido)
select g.id, casa.id, g.nome, g.nome, g.telefone, g.status, g.permitido from gente g, casa;
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate, ultima_interacao_em, ultima_direcao)
select casa.id, g.id, linha.id, agora() + interval '23 hours', agora() - interval '1 hour', 'entrada'
from casa, linha, gente g
where g.aberta;

create function pg_temp.quem(uuid) returns text language sql as $$ select g.quem from gente g where g.id = $1 $$;
create function pg_temp.id(text) returns uuid language sql as $$ select g.id from gente g where g.quem = $1 $$;

-- plano: a firing of this rule for this person, about themselves
create function pg_temp.plano(regra text, quem text, ocorrencia text default '1', quando interval default '-1 minute',
    metadata jsonb default '{}', texto text default null, alvo uuid default null)
returns bigint language sql
as $$
    select disparo_plan(regra, (select id from casa), coalesce(alvo, pg_temp.id(quem)), ocorrencia, pg_temp.id(quem),
        agora() + quando, null, metadata, texto => texto)
$$;

-- anda: so much later
create function pg_temp.anda(quanto interval) returns void language sql
as $$
    insert into relogio values (true, quanto)
    on conflict (unico) do update set deslocamento = relogio.deslocamento + excluded.deslocamento
$$;

-- termina: these messages are claimed, and Meta accepts or refuses them; effects are applied
create function pg_temp.termina(desfecho text default 'aceita') returns integer language plpgsql
as $$
declare
    ids uuid[] := array(select id from fila_ativa where status = 'pendente' order by id);
    k integer := cardinality(ids);
begin
    if k > 0 then
        update fila_ativa f
        set status = 'processando', reserva_seq = f.reserva_seq + 1, reservada_por = 'teste', processando_desde = agora(),
            reserva_ate = agora() + interval '1 minute'
        where f.id = any (ids);
        perform fila_record('teste', 0, ids, array(select f.reserva_seq from fila_ativa f where f.id = any (ids) order by f.id),
            array_fill(termina.desfecho, array[k]), array_fill(null::text, array[k]), array_fill(null::integer, array[k]),
            array_fill(case when desfecho <> 'aceita' then 'não quis' end, array[k]),
            array(select 'wamid.' || i from unnest(ids) i), array_fill(null::text, array[k]),
            array_fill(null::text, array[k]), array_fill(0::bigint, array[k]));
    end if;
    while efeitos_apply(20) > 0 loop
    end loop;
    return k;
end
$$;
