-- The set-wise functions of campaigns keep their plans: ten times in one session, 2,000 at a time.
--
-- From the sixth call on plpgsql may go by a generic plan; and the list's statistics say what they
-- say after a cleanup: pages, and nobody in them. A plan that believes that and joins row by row
-- needs seconds for 2,000.
begin;
select plan(9);
\ir campanha_pessoas.sql
delete from clientes;
insert into clientes (empresa_id, nome, primeiro_nome, telefone, especialidade_nome, regiao, tags, marketing_permitido)
select casa.id, 'Pessoa ' || i, 'Pessoa', '+55119' || lpad(i::text, 8, '0'), 'Pediatria', 'abc', '{vip}', true
from casa, generate_series(1, 22000) i;

create temp table tempos (funcao text, vez integer, ms double precision);
create function pg_temp.mede(nome text, comando text) returns integer language plpgsql
as $$
declare
    inicio timestamptz := clock_timestamp();
    n integer;
begin
    execute comando into n;
    insert into tempos select nome, coalesce(max(t.vez), 0) + 1, extract(epoch from clock_timestamp() - inicio) * 1000
    from tempos t where t.funcao = nome;
    return n;
end
$$;
create function pg_temp.linear(nome text) returns boolean language sql
as $$ select max(t.ms) < 1500 from tempos t where t.funcao = nome $$;

insert into campanha_destinatarios (campanha_id, cliente_id) select uuidv7(), uuidv7() from generate_series(1, 5000);
delete from campanha_destinatarios;
analyze campanha_destinatarios;

select id as c from campanha_criar('c', 'promocional', 'Oi {nome}!', modelo => 'oi_nome', max_por_dia => null,
    filtro_especialidades => '{Pediatria}', filtro_regioes => '{abc}', filtro_tags => '{vip}') \gset
select campanha_iniciar(:'c');
select is(sum(pg_temp.mede('freeze', format('select campanha_freeze(%L, 2000)', :'c'))), 20000::bigint, 'ten stretches listed') from generate_series(1, 10);
select is(pg_temp.linear('freeze'), true, 'none took long');
select is(sum(pg_temp.mede('enqueue', format('select campanha_enqueue(%L, 2000)', :'c'))), 20000::bigint, 'ten queued') from generate_series(1, 10);
select is(pg_temp.linear('enqueue'), true, 'none took long');

-- accepted in batches of 2,000, and their effects
create function pg_temp.um_lote() returns integer language plpgsql
as $$
declare
    e efeitos;
begin
    perform pg_temp.registra(array(select f.id from fila_ativa f order by f.id limit 2000), 'aceita');
    delete from efeitos returning * into e;
    return pg_temp.mede('effects', format('select campanha_apply_effects(%L, %L, %L)', e.mensagens, e.em, e.ate));
end
$$;
select is(sum(pg_temp.um_lote()), 20000::bigint, 'ten batches applied') from generate_series(1, 10);
select is(pg_temp.linear('effects'), true, 'none took long');

select id as d from campanha_criar('d', 'promocional', modelo => 'oi_nome', max_por_dia => 10000) \gset
select campanha_iniciar(:'d');
select campanha_freeze(:'d', 30000), campanha_enqueue(:'d', 30000);
select campanha_cancelar(:'d');
select is(sum(pg_temp.mede('clear', 'select campanha_clear(2000)')), 20000::bigint, 'ten stretches cleared') from generate_series(1, 10);
select is(pg_temp.linear('clear'), true, 'none took long');

-- ten stretches and one whole: each is one walk of the index that is there for it
select is(pg_stat_get_xact_numscans('clientes_segmento'::regclass), 11::bigint, 'people are walked by an index');

select * from finish();
rollback;
