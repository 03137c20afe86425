-- resumo_publish: the truths of the queue, by one planner at a time; resumo_texto: those of one company.
begin;
select plan(27);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
-- the answer to a planner, as "metric label,label" with a comma for the tab
create function pg_temp.diz(quem text, de text) returns text language sql
as $$
    select string_agg(replace(r.rotulos, e'\t', ',') || '=' || round(r.valor::numeric, 1), ' ' order by r.rotulos collate "C")
    from resumo_publish($1, 15000) r
    where r.metrica = $2 and r.valor <> 0
$$;
create function pg_temp.conta() returns text language sql
as $$ select pg_temp.depois('5 s'); select pg_temp.diz('p1', 'fila_mensagens') $$;

-- one planner at a time
select ok((select count(*) from resumo_publish('p1', 15000)) > 10, 'who asks first');
select is((select count(*) from resumo_publish('p2', 15000)), 0::bigint, 'has the turn alone');
select pg_temp.depois('14 s');
select ok((select count(*) from resumo_publish('p1', 15000)) > 10, 'keeps it');
select pg_temp.depois('14 s');
select is((select count(*) from resumo_publish('p2', 15000)), 0::bigint, 'by asking again');
select pg_temp.depois('1 s');
select ok((select count(*) from resumo_publish('p2', 15000)) > 10, 'and loses it when it does not');
select is((select count(*) from resumo_publish('p1', 15000)), 0::bigint, 'for as long as the other asks');
select pg_temp.depois('15 s');

-- states
select pg_temp.janela('ana');
select is(pg_temp.conta(), null, 'nothing waits');
insert into fila_mensagens (cliente_id, conteudo, tipo, agendar_para)
values (pg_temp.de('ana'), 'Oi', 'resposta', agora() - interval '90 s'), (pg_temp.de('bia'), 'Oi', 'resposta', agora() + interval '1 hour');
select is(pg_temp.conta(), 'Clínica,pendente=1.0 Clínica,vencida=1.0', 'due and not due');
select is(pg_temp.diz('p1', 'vencida_mais_antiga'), (select format('Clínica,%s=95.0', id) from linha), 'since when');
select is((select array_agg(array[r.status, r.mensagens::text, round(r.mais_antiga_s)::text]) from fila_resumo() r), '{{pendente,2,95}}', 'in fila_resumo by status');
select count(*) from fila_pausar('teste', numero => '200000001') \g /dev/null
select is(pg_temp.conta(), 'Clínica,pausada=1.0 Clínica,pendente=1.0', 'its number is paused');
select is(pg_temp.diz('p1', 'vencida_mais_antiga'), null, 'what is paused is not late');
select is(pg_temp.diz('p1', 'pausas'), 'Clínica,numero,pessoa=1.0', 'the pause');
update pausas set automatica = true, codigo = 190, escopo = 'conta', numero_id = null, conta_id = (select id from contas);
select is(pg_temp.diz('p1', 'pausas'), 'Clínica,conta,token=1.0', 'Meta refuses the token');
delete from pausas;
insert into faixas (id, empresa_id, origem, pausada_em, pausa_motivo) select 7, id, 'campanha', agora(), 'taxa de erro: 9 de 10' from casa;
update fila_ativa set faixa = 7;
select is(pg_temp.conta(), 'Clínica,pausada=1.0 Clínica,pendente=1.0', 'its lane is paused');
select is(pg_temp.diz('p1', 'pausas'), 'Clínica,faixa,erros=1.0', 'for errors');
update faixas set pausada_em = null, pausa_motivo = null, fechada_ate = agora() + interval '1 minute' where id = 7;
select is(pg_temp.conta(), 'Clínica,fora_da_janela=1.0 Clínica,pendente=1.0', 'its window is closed');
update fila_ativa set faixa = 0;
select count(*) from pg_temp.pega() \g /dev/null
select is(pg_temp.conta(), 'Clínica,pendente=1.0 Clínica,processando=1.0', 'being sent');
select pg_temp.grava(id, reserva_seq, 'aceita', 'wamid.1') from fila_ativa where status = 'processando' \g /dev/null
select is(pg_temp.diz('p1', 'efeitos'), '=1.0', 'its effects wait');
select efeitos_apply(20) \g /dev/null
select is(pg_temp.diz('p1', 'encerradas'), 'Clínica,enviada=1.0', 'sent');

-- cancelled and settled as sent by evidence afterwards: sent once, whoever applies what when
do $$
declare
    m uuid;
begin
    for i in 1..2 loop
        m := pg_temp.nova('ana');
        perform pg_temp.pega();
        perform pg_temp.grava(m, 1, 'devolvida');
        perform fila_cancelar(m);
        perform pg_temp.depois('1 s');
        perform pg_temp.grava(m, 1, 'aceita', 'wamid.tarde' || i);
        perform efeitos_apply(i);
        perform efeitos_apply(1);
    end loop;
end
$$;
select is((select valor from resumos_totais where nome = 'enviada'), 3::bigint, 'exact');

-- a hundred companies have a name
insert into empresas (nome, created_at) select 'Loja ' || i, agora() + interval '1 hour' from generate_series(1, 120) i;
insert into resumos_totais select id, 'enviada', 2, agora() from empresas where nome like 'Loja %';
select is((select count(distinct split_part(r.rotulos, e'\t', 1)) from resumo_publish('p1', 15000) r where r.metrica = 'fila_mensagens'), 101::bigint, 'and outros');
select matches(pg_temp.diz('p1', 'encerradas'), ' outros,enviada=42.0$', 'are their sum');

-- one company's own
insert into contadores select id, 'followups_sent', 5 from casa;
select set_config('carteiro.empresa_id', id::text, true) from casa \g /dev/null
set local role carteiro_api;
select matches(resumo_texto(), e'\ncarteiro_fila_encerradas_total{status="enviada"} 3\n', 'its truths');
select matches(resumo_texto(), e'\nsecretaria_appointment_followups_sent_total{company="Clínica"} 5\n', 'its counters');
select ok(resumo_texto() !~ 'Loja', 'and nobody else''s');
select set_config('carteiro.empresa_id', '', true) \g /dev/null
select throws_ok('select resumo_texto()', '42501', null, 'bound to none: nothing');
reset role;
select * from finish();
rollback;
