-- regra_*: each company has its rules, with the texts that are fixed; changed, switched, proposed to Meta.
begin;
select plan(38);
\ir regra_pessoas.sql

-- what there is, letter for letter
select is((select string_agg(r.nome, ' ' order by r.id) from regras_followup r),
    (select string_agg(p.nome, ' ' order by p.nome) from regra_padroes() p), 'a new company has them all');
select is(regras_install((select id from casa)), 0, 'once');
delete from disparos;
delete from regra_mensagens;
delete from regras_followup;
select is((regra_get('falta', (select id from casa))).nome, 'falta', 'a company of before has them when asked for');
create function pg_temp.texto(text, integer default 1) returns text language sql
as $$ select m.texto from regra_mensagens m join regras_followup r on r.id = m.regra_id where r.nome = $1 and m.ordem = $2 $$;
select is(pg_temp.texto('primeiro_contato'), 'Oi {nome}! Vi que mandei msg outro dia mas não deu pra gente conversar. Ainda tem interesse em plantão?', 'primeiro_contato');
select is(pg_temp.texto('primeiro_contato', 2), 'E aí {nome}, tudo bem? Só passando pra ver se conseguiu ver as vagas que te mandei. Qualquer coisa só falar!', 'the second one');
select is(pg_temp.texto('pos_interesse'), 'Oi {nome}! Então, conseguiu pensar sobre aquela vaga? To aqui se precisar de mais info!', 'pos_interesse');
select is(pg_temp.texto('pos_oferta'), '{nome}, a vaga que te ofereci ainda tá aberta! Se tiver interesse me avisa que reservo pra vc', 'pos_oferta');
select is(pg_temp.texto('post_purchase'), 'Olá! Esperamos que esteja satisfeito com sua compra. Se precisar de algo, estamos à disposição!', 'post_purchase');
select is(pg_temp.texto('reengagement'), 'Olá! Faz um tempo que não conversamos. Temos novidades que podem interessar você!', 'reengagement');
select is(pg_temp.texto('post_service'), E'Olá {nome}!\n\nEsperamos que tenha conseguido resolver sua questão sobre {assunto}. Há algo mais em que possamos ajudar?', 'post_service');
select is(pg_temp.texto('reminder'), 'Lembrete: Sua consulta é {hoje} às {hora}!', 'reminder');
select is(pg_temp.texto('pos_atendimento'), E'Espero que tenha corrido tudo bem na reunião de hoje, {nome}. 😊\nGostaria de marcar o próximo encontro?', 'after the visit');
select is((select array_agg(b #>> '{reply,title}') from regra_mensagens m join regras_followup r on r.id = m.regra_id,
    jsonb_array_elements(m.carga #> '{action,buttons}') b where r.nome = 'pos_atendimento'), '{"✅ Sim, quero marcar","❌ Não, obrigado"}', 'its buttons');
select is(array[pg_temp.texto('resposta_positiva'), pg_temp.texto('resposta_negativa'), pg_temp.texto('resposta_feedback')],
    '{"Que ótimo! Veja abaixo algumas sugestões...","Sem problemas! Ficamos à disposição quando quiser retomar.","Agradeço por compartilhar seu feedback!"}', 'answers');
select is((select string_agg(concat_ws(':', nome, etapa, atraso, max_envios, prioridade), ' ' order by nome) from regras_followup where gatilho = 'conversa'),
    'pos_interesse:interesse:1 day:1:4 pos_oferta:oferta:2 days:1:4 primeiro_contato:primeiro_contato:3 days:2:4', 'rules of conversations');
select is((select string_agg(concat_ws(':', nome, atraso, prioridade), ' ' order by nome) from regras_followup where gatilho = 'agendamento'),
    'falta:01:00:00:4 lembrete_24h:-24:00:00:7 lembrete_2h:-02:00:00:8 pos_atendimento:01:00:00:6', 'of appointments');
select is((select string_agg(concat_ws(':', nome, atraso), ' ' order by nome) from regras_followup where gatilho = 'pedido'),
    'post_purchase:48:00:00 post_service:24:00:00 reengagement:168:00:00 reminder:00:00:00', 'by request');

-- templates that Meta takes
select is((select array[count(*), count(distinct nome)] from regra_propor_modelos()), array[31, 31]::bigint[], 'a draft for each text');
select is((select count(*) from regra_propor_modelos()), (select count(*) from modelos), 'and no second time');
select is((select string_agg(nome, ' ') from modelos where corpo ~ '^\s*\{|\}\s*$' or idioma <> 'pt_BR' or situacao <> 'rascunho'
    or parametros <> (texto_formato(corpo)).chaves), null, 'no placeholder at either end, in order');
select is((select string_agg(b, ' ') from modelos, unnest(botoes) b where b !~ '^[A-Za-zÀ-ú, ]{1,25}$'), null, 'no emoji on a button');
select is((select string_agg(nome, ' ' order by nome) from modelos where categoria = 'marketing'),
    'carteiro_pos_interesse carteiro_pos_oferta carteiro_primeiro_contato carteiro_primeiro_contato_2 carteiro_reengagement', 'what Meta calls marketing');
select is((select max(length(b #>> '{reply,title}')) <= 20 from regra_mensagens m, jsonb_array_elements(m.carga #> '{action,buttons}') b), true, 'nor a longer title than Meta takes');

-- changes
select is((select array[r.max_envios::text, r.atraso::text, r.versao::text] from regra_salvar('primeiro_contato', '4 days', 3) r), '{3,"4 days",2}', 'changed');
select is((select r.versao from regra_salvar('primeiro_contato', texto => 'Oi {nome}, {saudacao}!', ordem => 3) r), 3, 'a third text');
select is(pg_temp.texto('primeiro_contato', 3), 'Oi {nome}, {saudacao}!', 'is there');
select regra_salvar('reengagement', texto => 'Saudades de você!') \g /dev/null
select is((select array[m.modelo, m.modelo_corpo] from regras_followup r join regra_mensagens m on m.regra_id = r.id where r.nome = 'reengagement'),
    '{carteiro_reengagement,"Olá! Faz um tempo que não conversamos. Temos novidades que podem interessar você!"}', 'the template stays what Meta approved');
select throws_ok($$select regra_salvar('primeiro_contato', texto => 'Oi {vaga}')$$, '22023', 'texto: unknown placeholder {vaga}', 'what nobody could fill');
select lives_ok($$select regra_salvar('post_service', texto => 'Oi {nome}, e {qualquer}?')$$, 'a request may bring anything');
select throws_ok($$select regra_salvar('pos_oferta', texto => ' ')$$, '22023', 'texto: expected a text, found nothing', 'no text');
select throws_ok($$select regra_salvar('pos_oferta', ordem => 3, texto => 'x')$$, '22023', null, 'no gap in the chain');
select throws_ok($$select regra_salvar('nada')$$, '22023', null, 'no such rule');
select throws_ok($$select regra_salvar('post_service', max_envios => 2)$$, '22023', null, 'only chains go on');
select throws_ok($$select regra_salvar('post_service', '-1 hour')$$, '22023', null, 'only reminders come before');

-- off and on
select pg_temp.plano('post_purchase', 'ana', quando => '1 hour') as d \gset
select is((regra_desativar('post_purchase')).ativa, false, 'off');
select is(array[status, motivo], '{cancelado,"regra desativada"}', 'with what was planned') from disparos where id = :d;
select is((regra_ativar('post_purchase')).ativa, true, 'on');
select is((select count(*) from regra_listar()), (select count(*) from regra_padroes()), 'listed');
select * from finish();
rollback;
