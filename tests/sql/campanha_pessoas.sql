-- Who the tests of campaigns write to; \ir from inside their transaction.

create temp table casa as select * from empresa_salvar('Clínica A');
select conta_salvar('100000001', 'token');
create temp table linha as select * from numero_salvar('200000001', taxa => 80);

-- quem: what the tests call them; ids in this order
create temp table gente as
select ('00000000-0000-7000-8000-' || lpad(v.n::text, 12, '0'))::uuid as id, v.*
from (values
    (1, 'ana',   'Ana',   '+5511987650001', 'Anestesiologia', 'abc',    '{manha,vip}'::text[], 'ativo', true,  'Rex'),
    (2, 'bia',   'Bia',   '+5511987650002', 'Pediatria',      'centro', '{vip}',               'ativo', true,  'Mia'),
    (3, 'caio',  'Caio',  '+5511987650003', 'Pediatria',      'abc',    '{vip}',               'optout', true, 'Bob'),
    (4, 'davi',  'Davi',  null,             'Pediatria',      'abc',    '{vip}',               'ativo', true,  'Luna'),
    (5, 'eva',   'Eva',   '+5511987650005', 'Ortopedia',      'abc',    '{vip}',               'ativo', false, 'Thor'),
    (6, 'fabio', '',      '+5511987650006', 'Ortopedia',      'sul',    '{}',                  'ativo', true,  'Nina'),
    (7, 'gil',   'Gil',   '+5511987650007', null,             'sul',    '{}',                  'ativo', true,  null),
    (8, 'hugo',  'Hugo',  '+5511987650008', 'Ortopedia',      null,     '{}',                  'ativo', true,  null),
    (9, 'ivo',   '',      null,             null,             null,     '{}',                  'optout', false, null)
) v (n, quem, nome, telefone, especialidade, regiao, tags, status, permitido, pet);
insert into clientes (id, empresa_id, nome, primeiro_nome, telefone, especialidade_nome, regiao, tags, status,
    marketing_permitido, metadata)
select g.id, casa.id, g.nome || ' Silva', g.nome, g.telefone, g.especialidade, g.regiao, g.tags, g.status,
    g.permitido, jsonb_strip_nulls(jsonb_build_object('pet', g.pet))
from gente g, casa;

-- only gil wrote today
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
select casa.id, g.id, linha.id, agora() + interval '3 hours'
from casa, linha, gente g
where g.quem = 'gil';

select modelo_salvar('oi_nome', 'Oi {nome}, temos novidades!', situacao => 'aprovado');
select modelo_salvar('oi_pet', 'Oi, o {pet} vai bem hoje?', situacao => 'aprovado');

create function pg_temp.quem(uuid) returns text language sql
as $$ select g.quem from gente g where g.id = $1 $$;

-- the list of a campaign: who, and why not
create function pg_temp.lista(uuid) returns text language sql
as $$
    select string_agg(g.quem || coalesce(':' || d.exclusao, ''), ' ' order by g.n)
    from campanha_destinatarios d
    join gente g on g.id = d.cliente_id
    where d.campanha_id = $1
$$;

-- what waits in the queue for a campaign
create function pg_temp.fila(uuid) returns text language sql
as $$
    select string_agg(g.quem, ' ' order by g.n)
    from fila_ativa f
    join gente g on g.id = f.cliente_id
    where f.origem_id = $1::text and f.status = 'pendente'
$$;

-- these messages are claimed, and Meta accepts or refuses them
create function pg_temp.registra(ids uuid[], desfecho text, erro text default null) returns integer language plpgsql
as $$
declare
    k integer := cardinality(ids);
begin
    update fila_ativa f
    set status = 'processando', reserva_seq = 1, reservada_por = 'teste', processando_desde = agora(),
        reserva_ate = agora() + interval '1 minute'
    where f.id = any (ids);
    return (
        select r.gravadas
        from fila_record('teste', 0, ids, array_fill(1::bigint, array[k]), array_fill(desfecho, array[k]),
            array_fill(null::text, array[k]), array_fill(null::integer, array[k]), array_fill(erro, array[k]),
            array(select 'wamid.' || i from unnest(ids) i), array_fill(null::text, array[k]),
            array_fill(null::text, array[k]), array_fill(0::bigint, array[k])) r);
end
$$;
create function pg_temp.termina(uuid, text[], desfecho text default 'aceita', porque text default null)
returns integer language sql
as $$
    select pg_temp.registra(array_agg(f.id), desfecho, porque)
    from fila_ativa f
    join gente g on g.id = f.cliente_id
    where f.origem_id = $1::text and g.quem = any ($2)
$$;

-- every effect that waits, applied as the planner would
create function pg_temp.efeitos() returns bigint language sql
as $$ select sum(campanha_apply_effects(e.mensagens, e.em, e.ate)) from efeitos e $$;
