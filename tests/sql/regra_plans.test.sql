-- The functions of rules and firings read no more for a person when there are many, whatever the statistics
-- say: a table of firings that was emptied (no rows, says analyze) and fills up within the transaction.
begin;
select plan(9);
\ir regra_pessoas.sql
select count(*) from regra_propor_modelos() \g /dev/null
update modelos set situacao = 'aprovado';
delete from conversas;
delete from clientes;
analyze conversas;
insert into clientes (empresa_id, primeiro_nome, telefone)
select casa.id, 'P', '+55119' || lpad(i::text, 8, '0') from casa, generate_series(1, 6000) i;
analyze clientes; -- people are not deleted by the thousand
insert into conversas (empresa_id, cliente_id, numero_id, etapa, ultima_interacao_em, ultima_direcao)
select casa.id, c.id, linha.id, (array['primeiro_contato', 'interesse', 'oferta'])[1 + right(c.telefone, 4)::integer % 3],
    agora() - interval '5 days', 'saida'
from casa, linha, clientes c;
insert into disparos (empresa_id, regra_id, alvo_id, ocorrencia, regra_versao, cliente_id, quando)
select casa.id, r.id, uuidv7(), 'x', 1, uuidv7(), agora() from casa, regras_followup r, generate_series(1, 200);
delete from disparos;
analyze disparos;

-- buffers of a statement, with all that its functions read
create function pg_temp.paginas(comando text) returns bigint language plpgsql
as $$
declare
    plano json;
begin
    execute 'explain (analyze, buffers, format json) ' || comando into plano;
    return (plano #>> '{0,Plan,Shared Hit Blocks}')::bigint + (plano #>> '{0,Plan,Shared Read Blocks}')::bigint;
end
$$;
select cmp_ok(pg_temp.paginas('select regra_run()'), '<', 6000 * 120::bigint, 'a run');
select is((select count(*) from disparos), 6000::bigint, 'which planned for everybody');
select cmp_ok(pg_temp.paginas('select regra_run()'), '<', 6000 * 80::bigint, 'and again, with nothing to do');
select cmp_ok(pg_temp.paginas('select disparos_enqueue(1000)') + pg_temp.paginas('select disparos_enqueue(1000)'), '<', 2000 * 120::bigint, 'into the queue');
select is((select count(*) from fila_ativa), 2000::bigint, 'two batches');
select cmp_ok(pg_temp.paginas('select regra_answered(id, null, agora()) from (select id from clientes order by id limit 500) c'), '<', 500 * 1200::bigint, 'answers, each of which takes a message out');
select cmp_ok(pg_temp.paginas('select disparos_apply_effects(array_agg(mensagem_id), array_agg(true), agora() - interval ''1 day'', agora()) from disparos where status = ''cancelado'''),
    '<', 1000 * 120::bigint, 'effects');

-- reminders, four a person
select count(*) as sozinhos from disparos where status = 'planejado' \gset
select count(disparo_plan('lembrete_24h', casa.id, uuidv7(), 'x', c.id, agora(), null, jsonb_build_object('data', agora() + interval '1 day')))
from casa, (select * from clientes order by id desc limit 500) c, generate_series(1, 4) \g /dev/null
select cmp_ok(pg_temp.paginas('select cardinality((disparos_take(100000)).ids)'), '<', (4000 + 2000) * 60::bigint, 'who shares a message');
select is((select count(distinct l) from disparos_take(100000) t, unnest(t.lideres) l), :sozinhos + 500::bigint, 'four share one');
select * from finish();
rollback;
