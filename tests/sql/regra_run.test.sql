-- regra_run: who did not answer is written to again, by the rule of the conversation's stage and no other;
-- an answer ends it, a person at the conversation holds it.
begin;
select plan(44);
\ir regra_pessoas.sql
select count(*) from regra_propor_modelos() \g /dev/null
update modelos set situacao = 'aprovado';
update clientes set telefone = '+5511987650004' where id = pg_temp.id('davi');

-- a company that wrote to ana, bia, eva (no consent: not asked for here) and gil four days ago; caio opted out
delete from conversas;
insert into conversas (empresa_id, cliente_id, numero_id, etapa, ultima_interacao_em, ultima_direcao, controlada_por)
select casa.id, pg_temp.id(v.quem), linha.id, v.etapa, agora() - v.ha, v.direcao, v.controle
from casa, linha, (values
    ('ana', 'primeiro_contato', interval '4 days', 'saida', 'ai'),
    ('bia', 'interesse', '25 hours', 'saida', 'ai'),
    ('caio', 'primeiro_contato', '4 days', 'saida', 'ai'),
    ('davi', 'primeiro_contato', '4 days', 'saida', 'humano'),
    ('eva', 'oferta', '49 hours', 'saida', 'ai'),
    ('gil', 'primeiro_contato', '4 days', 'entrada', 'ai')) v (quem, etapa, ha, direcao, controle);
create function pg_temp.conversa(text) returns uuid language sql as $$ select id from conversas where cliente_id = pg_temp.id($1) and status = 'ativa' $$;
create function pg_temp.planos() returns text language sql
as $$ select string_agg(concat_ws(':', pg_temp.quem(d.cliente_id), r.nome, d.passo), ' ' order by d.id) from disparos d join regras_followup r on r.id = d.regra_id where d.status = 'planejado' $$;
create function pg_temp.escreve(quem text) returns void language sql
as $$
    select webhook_apply_message(e) from (
        select (jsonb_populate_record(null::webhook_eventos, jsonb_build_object('wamid', 'wamid.' || gen_random_uuid(), 'phone_number_id', '200000001',
            'recebido_em', agora(), 'corpo', json_build_object('message', json_build_object('from', substr(c.telefone, 2), 'type', 'text',
                'text', json_build_object('body', 'oi')))))) .* from clientes c where c.id = pg_temp.id(quem)) as e
$$;

-- dry: who, which text, nothing written
select is((select array_agg(concat_ws(':', pg_temp.quem(cliente_id), passo, planejado, mensagem)) from regra_simular('primeiro_contato')),
    '{"ana:1:f:Oi {nome}! Vi que mandei msg outro dia mas não deu pra gente conversar. Ainda tem interesse em plantão?"}', 'whom it would write to');
select is((select count(*) from disparos), 0::bigint, 'nothing is written');
select is((select array_agg(telefone) from regra_simular('pos_oferta')), array[telefone_mascarar('+5511987650005')], 'no phone is shown');

-- one run: each conversation one rule
select is(regra_run((select id from casa)), '{"agendados": 3, "regras": {"pos_oferta": 1, "pos_interesse": 1, "primeiro_contato": 1}, "resumo": "📩 Follow-ups agendados: 3"}', 'planned');
select is((select string_agg(p, ' ' order by p) from unnest(string_to_array(pg_temp.planos(), ' ')) p), 'ana:primeiro_contato:1 bia:pos_interesse:1 eva:pos_oferta:1', 'each by the rule of its stage');
select is(regra_run() ->> 'agendados', '0', 'one pending for each person and rule');
select is((select count(*) from regra_simular('pos_oferta') where planejado), 1::bigint, 'what is planned is shown so');
select is(disparos_enqueue(10), 3, 'queued');
select is((select array_agg(array[f.tipo, f.prioridade::text, f.origem, m.nome] order by m.nome) from fila_ativa f join modelos m on m.id = f.modelo_id),
    '{{followup,4,regra,carteiro_pos_interesse},{followup,4,regra,carteiro_pos_oferta},{followup,4,regra,carteiro_primeiro_contato}}', 'with priority 4');
select is((select f.conteudo from fila_ativa f where f.cliente_id = pg_temp.id('eva')), 'Eva, a vaga que te ofereci ainda tá aberta! Se tiver interesse me avisa que reservo pra vc', 'the text');
select is(regra_run() ->> 'agendados', '0', 'what is in the queue is pending too');
select pg_temp.termina() \g /dev/null
select is((select array_agg(followups_enviados order by cliente_id) from conversas where followups_enviados > 0), '{1,1,1}', 'counted');

-- the chain: its second message when the first has been silent as long, and then none
select pg_temp.anda('71 hours');
select is(regra_run() ->> 'agendados', '0', 'too early for the second, and the others have only one');
select pg_temp.anda('2 hours');
select is((select regra_run() ->> 'agendados'), '1', 'now');
select is(pg_temp.planos(), 'ana:primeiro_contato:2', 'the second of ana');
select disparos_enqueue(10) \g /dev/null
select is((select f.conteudo from fila_ativa f), 'E aí Ana, tudo bem? Só passando pra ver se conseguiu ver as vagas que te mandei. Qualquer coisa só falar!', 'another text');
select pg_temp.termina() \g /dev/null
select pg_temp.anda('4 days');
select is(regra_run() ->> 'agendados', '0', 'the chain is over');
select pg_temp.anda('27 days');
select is(regra_run() -> 'regras', '{"pos_oferta": 1, "pos_interesse": 1, "primeiro_contato": 1}', 'until carencia has passed');
select is((select array_agg(ocorrencia order by id) from disparos where cliente_id = pg_temp.id('ana')), '{1,2,3}', 'another firing');

-- an answer ends it: planned, queued, and what comes next
select disparos_enqueue(10) \g /dev/null
select is((select count(*) from fila_ativa), 3::bigint, 'three wait');
select pg_temp.escreve('ana');
select is((select concat_ws(':', d.status, d.motivo, d.respondido_em is not null) from disparos d where d.cliente_id = pg_temp.id('ana') order by d.id desc limit 1), 'cancelado:respondeu:t', 'the firing');
select is((select concat_ws(':', status, erro) from fila_mensagens where cliente_id = pg_temp.id('ana') and status = 'cancelada'), 'cancelada:respondeu', 'and its message');
select is((select count(*) from disparos where cliente_id = pg_temp.id('ana') and respondido_em is null), 0::bigint, 'those sent before are answered');
select pg_temp.termina() \g /dev/null
select pg_temp.escreve('bia');
select is((select respondido_em from disparos where cliente_id = pg_temp.id('bia') order by id desc limit 1), agora(), 'an answer to what was sent');
update conversas set ultima_direcao = 'saida' where cliente_id in (pg_temp.id('ana'), pg_temp.id('bia'));
select pg_temp.anda('4 days');
select is(regra_run() -> 'regras', '{"pos_oferta": 0, "pos_interesse": 0, "primeiro_contato": 1}', 'whom nothing was sent may be asked again; the answered chain rests');

-- an answer that comes while the run is at work: seen again on the way to the queue
update conversas set ultima_direcao = 'entrada' where cliente_id = pg_temp.id('ana');
select disparos_enqueue(10) \g /dev/null
select is((select concat_ws(':', status, motivo) from disparos where cliente_id = pg_temp.id('ana') order by id desc limit 1), 'cancelado:respondeu', 'answered meanwhile');

-- requests end with an answer, reminders do not
select pg_temp.plano(v, 'gil', quando => '1 hour') from unnest('{post_purchase,reminder,pos_atendimento}'::text[]) v \g /dev/null
select pg_temp.escreve('gil');
select is((select string_agg(concat_ws(':', r.nome, d.status), ' ' order by d.id) from disparos d join regras_followup r on r.id = d.regra_id where d.cliente_id = pg_temp.id('gil')),
    'post_purchase:cancelado reminder:planejado pos_atendimento:planejado', 'what ends with an answer');
delete from disparos where status = 'planejado';

-- stages
select is((conversa_etapa(pg_temp.conversa('gil'), 'oferta')).etapa, 'oferta', 'gil is at another stage');
select throws_ok($$select conversa_etapa(pg_temp.conversa('gil'), 'fim')$$, '22023', 'etapa: expected primeiro_contato, interesse or oferta, found "fim"', 'no such stage');
update conversas set ultima_direcao = 'saida', ultima_interacao_em = agora() - interval '3 days' where cliente_id = pg_temp.id('gil');
update clientes set primeiro_nome = 'Gil' where id = pg_temp.id('gil');
select regra_run() \g /dev/null
select is(pg_temp.planos(), 'gil:pos_oferta:1', 'its rule');
select conversa_etapa(pg_temp.conversa('gil'), 'interesse') \g /dev/null
select is((select concat_ws(':', status, motivo) from disparos where cliente_id = pg_temp.id('gil') order by id desc limit 1), 'cancelado:mudou de etapa', 'it moved on');
select regra_run() \g /dev/null
select is(pg_temp.planos(), 'gil:pos_interesse:1', 'by the new one');
update conversas set etapa = 'primeiro_contato' where cliente_id = pg_temp.id('gil');
select disparos_enqueue(10) \g /dev/null
select is((select concat_ws(':', status, motivo) from disparos where cliente_id = pg_temp.id('gil') order by id desc limit 1), 'cancelado:mudou de etapa', 'also by an UPDATE');

-- a first contact that was sent is a stage
update conversas set etapa = null where cliente_id = pg_temp.id('eva');
insert into fila_mensagens (cliente_id, conteudo, tipo, modelo_id) select pg_temp.id('eva'), 'Oi', 'primeiro_contato', min(id) from modelos where parametros = '{}';
select is(pg_temp.termina(), 1, 'a first contact');
select is((select etapa from conversas where cliente_id = pg_temp.id('eva')), 'primeiro_contato', 'sets the stage');
select conversa_etapa(pg_temp.conversa('eva'), 'oferta') \g /dev/null
insert into efeitos (tipo, em, ate, mensagens) select 'entrega', encerrada_em, encerrada_em, array[id] from fila_mensagens where tipo = 'primeiro_contato';
select efeitos_apply(20) \g /dev/null
select is((select etapa from conversas where cliente_id = pg_temp.id('eva')), 'oferta', 'that it was read does not');

-- a person takes over and gives back
update conversas set ultima_interacao_em = agora() - interval '3 days' where cliente_id = pg_temp.id('eva');
delete from disparos where cliente_id = pg_temp.id('eva');
select regra_run() \g /dev/null
select disparos_enqueue(10) \g /dev/null
select is((conversa_assumir(pg_temp.conversa('eva'), 'Rita')).controlada_por, 'humano', 'taken over');
select is((select array[espera_motivo, (agendar_para > agora())::text] from fila_ativa where cliente_id = pg_temp.id('eva')), '{"conversa com uma pessoa",true}', 'what waits is held');
select is((select payload ->> 'por' from auditoria where action = 'conversa_assumida'), 'Rita', 'by whom');
select pg_temp.anda('3 days');
select is(regra_run() -> 'regras' ->> 'pos_oferta', '0', 'nothing is planned meanwhile');
select is((conversa_devolver(pg_temp.conversa('eva'))).controlada_por, 'ai', 'given back');
select is((select array[espera_motivo, (agendar_para <= agora())::text] from fila_ativa where cliente_id = pg_temp.id('eva')), '{NULL,true}', 'it goes on');
select is((select count(*) from conversa_listar('humano')), 1::bigint, 'davi is with a person');
select is((select array_agg(pg_temp.quem(cliente_id)) from conversa_listar(etapa => 'oferta')), '{eva}', 'by stage');
select * from finish();
rollback;
