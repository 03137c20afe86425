-- What needs consent by its lane: a rule of marketing is asked again at the claim, and cancelled when the
-- consent is withdrawn.
begin;
\ir fila_gente.sql
select plan(5);

select consentimento_registrar(pg_temp.de('ana'), 'marketing', 'sim');
select modelo_salvar('carteiro_reengagement', 'Olá! Faz um tempo que não conversamos. Temos novidades!', situacao => 'aprovado');
select followup_agendar(pg_temp.de('ana')::text, followup_type => 'reengagement', delay_hours => 0, modelo => 'carteiro_reengagement');
select disparos_enqueue(10);
create temp table fila as select id, numero_id, prioridade, faixa from fila_ativa where origem = 'regra';
select is((select count(*) from fila), 1::bigint, 'queued with consent');
savepoint antes;
update clientes set marketing_permitido = false where id = pg_temp.de('ana');
select is((select count(*) from fila f cross join lateral fila_claim('teste', 60000, array[f.numero_id], array[f.prioridade],
    array[f.faixa], '{10}', '{null}', '{null}') c), 0::bigint, 'not let go without');
select is((select m.status || ' ' || m.erro from fila_mensagens m join fila using (id)), 'cancelada sem_consentimento', 'and says why');
rollback to antes;
select consentimento_revogar(pg_temp.de('ana'), 'marketing');
select is((select m.status from fila_mensagens m join fila using (id)), 'cancelada', 'withdrawn: cancelled at once');
select efeitos_apply(20);
select is((select d.status from disparos d), 'cancelado', 'and so is its firing');

select * from finish();
rollback;
