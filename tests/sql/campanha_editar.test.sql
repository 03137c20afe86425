-- campanha_editar, _copiar, _testar, _reenviar: what people do to a campaign beside its states; its errors; many numbers.
begin;
select plan(47);
\ir campanha_pessoas.sql

-- a draft: everything
select id as c from campanha_criar('c', 'promocional', 'Oi {nome}!', modelo => 'oi_nome', max_por_dia => null) \gset
select is(e ->> 'ja_enviadas', '0', 'nothing has left of a draft') from campanha_editar(:'c', nome => 'novo', segmento => 'engajados', max_por_dia => 9) e;
select is(array[nome, segmento, criterios::text, max_por_dia::text], '{novo,engajados,"{\"engajamento\": 5}",9}', 'changed') from campanhas where id = :'c';
select is((e -> 'campanha' ->> 'max_por_dia'), null, '0 takes the limit away') from campanha_editar(:'c', max_por_dia => 0, criterios => '{}') e;
select is(segmento is null and criterios is null, true, 'and {} the criteria') from campanhas where id = :'c';
select throws_ok(format('select campanha_editar(%L, mensagem_template => %L)', :'c', 'Oi {apelido}'), '22023',
    'mensagem_template: unknown placeholder {apelido}', 'a text is checked');
select throws_ok(format('select campanha_editar(%L, erro_limite => 2)', :'c'), '22023',
    'erro_limite: expected a part of 1 such as 0.10, or null for none, found 2', 'a limit too');
select is(e -> 'campanha' ->> 'status', 'agendada', 'a time schedules it') from campanha_editar(:'c', agendar_para => agora() + interval '1 day') e;

-- started: only while it is paused, and only what it says
select campanha_iniciar(:'c');
select throws_ok(format('select campanha_editar(%L, nome => %L)', :'c', 'x'), '22023',
    'id: the campaign is ativa; only rascunho or agendada or pausada can be edited', 'not while it runs');
select is(vistos || ' ' || enfileiradas, '9 4', 'listed and queued in one step') from campanha_materialize(:'c', 50);
select is(pg_temp.fila(:'c'), 'ana bia gil hugo', 'the queue');
select is(enfileirada_em is not null and congelada_em is not null and envios_criados = 4 and envios_no_dia = 4 and total_destinatarios = 4, true, 'all of it, counted')
from campanhas where id = :'c';
select is(pg_temp.lista(:'c'), 'ana bia caio:optout davi:sem_telefone eva:sem_consentimento fabio:sem_nome gil hugo ivo:optout', 'the list');
select is(conteudo, 'Oi Gil!', 'the text') from fila_ativa where destino = '+5511987650007';
select pg_temp.termina(:'c', '{ana}');
select campanha_pausar(:'c');
select throws_ok(format('select campanha_editar(%L, segmento => %L)', :'c', 'engajados'), '22023', 'segmento: the campaign has started; its list stays', 'the list stays');
select is(array[e ->> 'ja_enviadas', e ->> 'na_fila'], '{1,3}', 'how many have it already') from campanha_editar(:'c', mensagem_template => 'Olá, {nome}.') e;
select is(pg_temp.fila(:'c'), null, 'what waits goes back');
select campanha_retomar(:'c');
select is((select sum(enfileiradas) from campanha_advance(99, null)), 3::bigint, 'and is queued again');
select is(conteudo, 'Olá, Gil.', 'with the new text') from fila_ativa where destino = '+5511987650007';
select is(pg_temp.fila(:'c'), 'bia gil hugo', 'each once, and nobody twice');
select is(envios_criados, 4, 'counted once') from campanhas where id = :'c';

-- errors: classes, and who is sent to again
select pg_temp.efeitos();
select pg_temp.termina(:'c', '{bia}', 'recusada', 'x');
select pg_temp.termina(:'c', '{hugo}', 'recusada', 'y');
update fila_mensagens set erro_codigo = case cliente_id when g.id then 131000 end, erro = 'z' from gente g where g.quem = 'bia' and fila_mensagens.status = 'erro' and cliente_id = g.id;
update fila_mensagens set erro_codigo = 131026 from gente g where g.quem = 'hugo' and fila_mensagens.status = 'erro' and cliente_id = g.id;
select pg_temp.efeitos();
select results_eq(format('select pg_temp.quem(cliente_id), classe, codigo from campanha_erros where campanha_id = %L order by 1', :'c'),
    $$values ('bia', 'passageiro', 131000), ('hugo', 'destinatario', 131026)$$, 'who failed, and why');
select is(campanha_reenviar(:'c'), '{"classe": "passageiro", "reenviadas": 1}', 'what passes is sent again');
select is(campanha_reenviar(:'c'), '{"classe": "passageiro", "reenviadas": 0}', 'once');
select throws_ok(format('select campanha_reenviar(%L, %L)', :'c', 'incerto'), '22023', null, 'not what may have arrived');
select is((select sum(enfileiradas) from campanha_advance(99, null)), 1::bigint, 'one');
select is(pg_temp.fila(:'c'), 'bia gil', 'bia again, not hugo');
select pg_temp.termina(:'c', '{bia,gil}');
select pg_temp.efeitos();
select is(campanha_finish(:'c'), true, 'the end');
select is(campanha_reenviar(:'c', 'destinatario') ->> 'reenviadas', '1', 'after the end too');
select is(status, 'ativa', 'it is active again') from campanhas where id = :'c';

select results_eq($$select campanha_erro_classe(c, e) from (values (131000, 'x'), (131000, 'sem confirmação da Meta'), (132000, null), (190, null), (131050, null),
    (131049, null), (131026, null), (null, 'x'), (null, 'resultado desconhecido e sem tentativas'), (133010, null)) v (c, e)$$,
    $$values ('passageiro'), ('incerto'), ('conteudo'), ('conta'), ('optout'), ('limite_pessoa'), ('destinatario'), ('outro'), ('incerto'), ('conta')$$, 'classes');

-- it pauses when too much fails
select id as p from campanha_criar('p', 'promocional', modelo => 'oi_nome', max_por_dia => null) \gset
select campanha_iniciar(:'p');
update campanhas set envios_criados = 100 where id = :'p';
insert into campanha_erros (campanha_id, cliente_id, classe) select :'p', uuidv7(), 'destinatario' from generate_series(1, 10);
select is(campanha_pause_errors(:'p'), false, 'ten of a hundred are not more than a tenth');
insert into campanha_erros (campanha_id, cliente_id, classe) select :'p', uuidv7(), 'passageiro' from generate_series(1, 1);
select is(campanha_pause_errors(:'p'), true, 'eleven are');
select is(status || ': ' || pausa_motivo, 'pausada: taxa de erro: 11 de 100 (11%) falharam, acima do limite de 10%; mais comum: destino que não recebe (10)', 'it says why')
from campanhas where id = :'p';
select is(pausada_em is not null, true, 'its lane stands') from faixas join campanhas c on c.faixa_id = faixas.id where c.id = :'p';
select campanha_retomar(:'p');
select is(campanha_pause_errors(:'p'), false, 'what somebody has seen does not count again');
update campanhas set erro_desde = null, erro_base = 0, envios_criados = 40 where id = :'p';
select is(campanha_pause_errors(:'p'), false, 'forty are no sample');
delete from campanha_erros where campanha_id = :'p';
select is(erro_vistos, 11, 'the look is remembered: not again before a tenth more') from campanhas where id = :'p';
update campanhas set erro_vistos = 0 where id = :'p';
insert into campanha_erros (campanha_id, cliente_id, classe) select :'p', uuidv7(), 'conteudo' from generate_series(1, 3);
update campanhas set envios_criados = 3 where id = :'p';
select is_empty(format('select * from campanha_advance(10, null) where campanha_id = %L', :'p'), 'the planner looks before it queues');
select is(pausa_motivo, 'erros de conteúdo (mensagem ou modelo): 3 de 3 falharam; todas falhariam', 'a wrong text stops at three') from campanhas where id = :'p';

-- a copy
select id as d from campanha_copiar(:'c') \gset
select is(array[nome, status, mensagem_template, tipo, envios_criados::text], '{"Cópia de novo",rascunho,"Olá, {nome}.",promocional,0}', 'a copy')
from campanhas where id = :'d';
select is(a.faixa_id <> b.faixa_id, true, 'in a lane of its own') from campanhas a, campanhas b where a.id = :'c' and b.id = :'d';

-- a test
create temp table t as select * from campanha_testar(:'d', '{(11) 98765-0001,+5511987659998,+5511987650003}');
select is((select array_agg(numero_final || ' ' || coalesce(motivo, 'ok') order by numero_final) from t), '{"0001 ok","0003 optout","9998 ok"}', 'who gets it');
select is(interno, true, 'a number that is nobody''s counts nowhere') from clientes where telefone = '+5511987659998';
select results_eq($$select f.tipo, f.prioridade::integer, f.conteudo, f.parametros::text, f.metadata ->> 'teste_da_campanha' is not null, f.origem
    from fila_ativa f join t on t.mensagem_id = f.id where t.numero_final = '0001'$$,
    $$values ('resposta', 9, 'Olá, Ana.', '["Ana"]', true, 'sql')$$, 'as a reply, both bodies');
select is((campanha_relatorio(:'d') #>> '{envios,total}'), '0', 'and not in the report');
select throws_ok(format('select campanha_testar(%L, %L)', :'d', '{}'), '22023', 'numeros: expected 1 to 20 phones, found 0', 'to somebody');

-- many numbers: each person keeps one
select numero_salvar((300000000 + i)::text) from generate_series(1, 4) i \g /dev/null
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, created_at)
select casa.id, 'P', '+5511987653' || lpad(i::text, 3, '0'), true, agora() - interval '1 day' from casa, generate_series(1, 60) i;
select id as m from campanha_criar('m', 'promocional', 'Oi', modelo => 'oi_nome', numero => 'todos', max_por_dia => null) \gset
select id as o from campanha_criar('o', 'promocional', 'Oi', modelo => 'oi_nome', numero => 'todos', max_por_dia => null) \gset
select campanha_iniciar(:'m'), campanha_iniciar(:'o') \g /dev/null
select vistos from campanha_materialize(:'m', 999) \g /dev/null
select campanha_freeze(:'o', 999), campanha_enqueue(:'o', 999) \g /dev/null
select is((select count(*) from fila_ativa a join fila_ativa b using (cliente_id) where a.origem_id = :'m' and b.origem_id = :'o' and a.numero_id = b.numero_id)
    || ' ' || (select count(distinct numero_id) from fila_ativa where origem_id = :'m'), (select count(*) from fila_ativa where origem_id = :'m') || ' 5',
    'spread over five, the same for each person by either way');

select * from finish();
rollback;
