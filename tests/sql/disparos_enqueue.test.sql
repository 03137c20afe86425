-- disparos_enqueue: a due firing becomes one message, or says why not.
begin;
select plan(39);
\ir regra_pessoas.sql
select count(*) from regra_propor_modelos('Clínica A') \g /dev/null
update modelos set situacao = 'aprovado';

-- one row, whole
select pg_temp.plano('post_service', 'ana', metadata => '{"assunto": "seu exame", "pedido": 7}') as d \gset
select is(pg_temp.plano('post_service', 'ana'), null, 'a firing is planned once');
select is(disparos_enqueue(10), 1, 'it is due');
select is(disparos_enqueue(10), 0, 'once');
create temp table f as select * from fila_ativa;
select is(conteudo, E'Olá Ana!\n\nEsperamos que tenha conseguido resolver sua questão sobre seu exame. Há algo mais em que possamos ajudar?', 'the text') from f;
select is(array[m.nome, f.parametros::text], array['carteiro_post_service', '["Ana", "seu exame"]'], 'the template beside it') from f join modelos m on m.id = f.modelo_id;
select is(array[f.tipo, f.formato, f.destino, f.garantia, f.canal, f.status, f.prioridade::text], '{followup,texto,+5511987650001,pelo_menos_uma,whatsapp,pendente,4}', 'its kind') from f;
select is(array[f.empresa_id = casa.id, f.numero_id = linha.id, f.faixa = r.faixa_id, f.conversa_id = k.id, f.agendar_para = agora(),
    f.valido_ate = agora() - interval '1 minute' + interval '3 days'], array_fill(true, array[6]), 'its place')
from f, casa, linha, regras_followup r, conversas k where r.nome = 'post_service' and k.cliente_id = f.cliente_id;
select is(array[f.origem, f.origem_id, f.metadata ->> 'disparo_id', f.metadata ->> 'regra', f.metadata ->> 'pedido'],
    array['regra', :'d', :'d', 'post_service', '7'], 'its origin') from f;
select is(array[d.status, (d.mensagem_id = f.id)::text], '{enfileirado,true}', 'the firing knows its message') from disparos d, f where d.id = :d;
select is(array[x.origem, x.proposito, x.taxa::text], '{regra,transacional,null}', 'its lane') from faixas x, f where x.id = f.faixa;
select pg_temp.termina();
select is(array[status, (encerrado_em = agora())::text], '{enviado,true}', 'sent') from disparos where id = :d;
select is(array[followups_enviados::text, (ultimo_followup_em = agora())::text], '{1,true}', 'the conversation counts it') from conversas where cliente_id = pg_temp.id('ana');
select is((select array_agg(payload ->> 'regra') from auditoria where action = 'followup_sent'), '{post_service}', 'audited');

-- alternatives, own texts, who lacks what
select pg_temp.plano('post_service', 'ana', '2') as d \gset
select disparos_enqueue(10) \g /dev/null
select is(f.conteudo, E'Olá Ana!\n\nEsperamos que tenha conseguido resolver sua questão. Há algo mais em que possamos ajudar?', 'without a subject the sentence without it')
from fila_ativa f where f.origem_id = :'d';
select pg_temp.plano('post_service', 'bia', '2') as d \gset
select disparos_enqueue(10) \g /dev/null
select is(array[f.parametros::text, m.nome], '{"[\"Bia\"]",carteiro_post_service_2}', 'and so the template of who did not write')
from fila_ativa f join modelos m on m.id = f.modelo_id where f.origem_id = :'d';
select pg_temp.plano('post_service', 'ana', '3', texto => 'Oi {nome}, 100% {saudacao}!') as d \gset
select disparos_enqueue(10) \g /dev/null
select is(f.conteudo, 'Oi Ana, 100% {saudacao}!', 'its own text; what the claim fills stays') from fila_ativa f where f.origem_id = :'d';
select pg_temp.plano('reengagement', q.quem) from unnest('{caio,davi,eva}'::text[]) q (quem);
select pg_temp.plano('pos_atendimento', 'gil');
select disparos_enqueue(10) \g /dev/null
select is((select string_agg(concat_ws(':', pg_temp.quem(d.cliente_id), d.status, d.motivo), ' ' order by d.id) from disparos d where d.status = 'pulado'),
    'caio:pulado:optout davi:pulado:sem_telefone eva:pulado:sem_consentimento gil:pulado:sem_nome', 'who is left out, and why');
delete from modelos where nome = 'carteiro_post_purchase';
select pg_temp.plano('post_purchase', 'bia') as d \gset
select pg_temp.plano('post_purchase', 'eva', quando => '-4 days') as e \gset
select pg_temp.plano('post_purchase', 'ana', quando => '1 minute') as a \gset
select disparos_enqueue(10) \g /dev/null
select is(array(select concat_ws(':', status, motivo) from disparos where id in (:d, :e, :a) order by id),
    '{pulado:fora_da_janela_sem_modelo,"expirado:passou de valido_ate",planejado}', 'no template; too late; not yet');
select pg_temp.anda('2 minutes');
update regras_followup set ativa = false where nome = 'post_purchase';
select disparos_enqueue(10) \g /dev/null
select is(array[status, motivo], '{cancelado,"regra desativada"}', 'a rule that is off sends nothing') from disparos where id = :a;
select is(pg_temp.plano('post_purchase', 'ana', '9'), null, 'nor is anything planned for it');

-- after the visit: buttons
select pg_temp.plano('pos_atendimento', 'ana') as d \gset
select disparos_enqueue(10) \g /dev/null
select is(array[f.formato, f.tipo, f.prioridade::text, f.origem, f.carga #>> '{interactive,body,text}', f.carga #>> '{interactive,action,buttons,0,reply,title}'],
    array['interativo', 'followup', '6', 'agendamento', f.conteudo, '✅ Sim, quero marcar'], 'an interactive message') from fila_ativa f where f.origem_id = :'d';
select is(m.botoes, '{"Sim, quero marcar","Não, obrigado"}', 'its template has buttons too') from fila_ativa f join modelos m on m.id = f.modelo_id where f.origem_id = :'d';
select pg_temp.plano('resposta_positiva', 'ana', metadata => '{"carga": {"type": "list", "action": {"button": "Ver"}}}') as d \gset
select disparos_enqueue(10) \g /dev/null
select is(array[f.carga #>> '{interactive,type}', f.carga #>> '{interactive,body,text}', (f.metadata ? 'carga')::text, f.tipo, f.prioridade::text],
    array['list', 'Que ótimo! Veja abaixo algumas sugestões...', 'false', 'resposta', '9'], 'a firing may bring its own list') from fila_ativa f where f.origem_id = :'d';

-- owners: a lane of 20 a minute, one for all kinds
select is((select array[count(distinct faixa_id)::text, (select round(x.taxa::numeric, 4)::text from faixas x where x.id = min(r.faixa_id))]
    from regras_followup r where r.gatilho = 'proativa'), '{1,0.3333}', 'one lane of 20 a minute');

-- several reminders of a day share one message
select pg_temp.termina() \g /dev/null
select (date_trunc('day', agora() at time zone 'America/Sao_Paulo') + interval '1 day 9 hours') at time zone 'America/Sao_Paulo' as nove \gset
create temp table lembrete as
select v.n, v.alvo, pg_temp.plano('lembrete_24h', v.quem, 'x', v.quando, jsonb_build_object('data', :'nove'::timestamptz + v.mais, 'servico', 's' || v.n),
    alvo => v.alvo) as d
from (select row_number() over () as n, gen_random_uuid() as alvo, t.*
      from (values ('bia', interval '-1 minute', interval '0'), ('bia', '5 hours', '90 minutes'), ('bia', '6 hours', '5 hours'),
          ('bia', '1 day', '1 day'), ('ana', '-1 minute', '0')) t (quem, quando, mais)) v;
select is(disparos_enqueue(10), 4, 'three of bia, one of ana');
select is((select count(*) from fila_ativa where tipo = 'lembrete'), 2::bigint, 'in two messages');
select is((select count(distinct mensagem_id) from disparos join lembrete l on l.d = id where l.n <= 3), 1::bigint, 'which the three share');
select is(array[f.conteudo, f.parametros::text, jsonb_array_length(f.metadata -> 'itens')::text, f.metadata ->> 'data', f.prioridade::text],
    array['Lembrete: Sua consulta é {hoje} às 9h, 10h30 e 14h!', '["{hoje}", "9h, 10h30 e 14h"]', '3', to_jsonb(:'nove'::timestamptz) #>> '{}', '7'], 'all hours')
from fila_ativa f where f.cliente_id = pg_temp.id('bia') and f.tipo = 'lembrete';
select is((f.metadata ? 'itens')::text || f.conteudo, 'falseLembrete: Sua consulta é {hoje} às 9h!', 'one alone')
from fila_ativa f where f.cliente_id = pg_temp.id('ana') and f.tipo = 'lembrete';
select is(status, 'planejado', 'the next day is another message') from disparos join lembrete l on l.d = id where l.n = 4;

-- and a cancelled one leaves it
select is(disparo_cancel(l.alvo, 'desmarcou'), 1, 'one is cancelled') from lembrete l where l.n = 2;
select is((select array_agg(d.status order by l.n) from disparos d join lembrete l on l.d = d.id where l.n <= 3), '{planejado,cancelado,planejado}', 'the others are planned again');
select is((select array_agg(f.status || ':' || f.erro) from fila_mensagens f where f.cliente_id = pg_temp.id('bia') and f.tipo = 'lembrete'), '{cancelada:desmarcou}', 'their message does not leave');
select disparos_enqueue(10) \g /dev/null
select is((select f.conteudo from fila_ativa f where f.cliente_id = pg_temp.id('bia') and f.tipo = 'lembrete'), 'Lembrete: Sua consulta é {hoje} às 9h e 14h!', 'but a new one, without it');
select pg_temp.termina('recusada') \g /dev/null
select is((select array_agg(concat_ws(':', d.status, d.motivo) order by l.n) from disparos d join lembrete l on l.d = d.id where l.n <= 3),
    '{"erro:não quis","cancelado:desmarcou","erro:não quis"}', 'each firing of it knows the end');
select is(disparo_cancel(l.alvo, 'tarde'), 0, 'what has an end is not cancelled') from lembrete l where l.n = 1;
select throws_ok($$select pg_temp.plano('lembrete_24h', 'ana', 'y', metadata => '{"data": "amanhã"}')$$, '22023',
    'metadata: "data" is an instant, such as 2026-12-01T09:00-03:00', 'what speaks of no instant');
select throws_ok($$select pg_temp.plano('lembrete', 'ana')$$, '22023', null, 'no such rule');

-- who shows no phone is reached by user id
insert into identidades (empresa_id, cliente_id, tipo, valor) select casa.id, pg_temp.id('davi'), 'bsuid', 'BR.1001' from casa;
select pg_temp.plano('pos_atendimento', 'davi', 'z') as d \gset
select disparos_enqueue(10) \g /dev/null
select is((select f.destino from fila_ativa f where f.origem_id = :'d'), 'BR.1001', 'a user id is a destination');
select * from finish();
rollback;
