-- campanha_criar: what a new campaign is, and what is refused with the argument's name.
begin;
select plan(42);
\ir campanha_pessoas.sql

create temp table c as select * from campanha_criar('Natal', 'promocional', ' Oi {nome}! ');
select is((select status from c), 'rascunho', 'without a time it waits');
select is((select max_por_dia from c), 50, 'max_por_dia left out');
select is((select mensagem_template from c), 'Oi {nome}!', 'the text without blanks around');
select is((select numero_id from c), (select id from linha), 'the default number');
select is((select metadata from c), '{}', 'no metadata');
select is((select total_destinatarios + envios_criados from c), 0, 'nobody yet');
select is((select empresa_id from c), (select id from casa), 'the only company');
select is((select criada_por from c), session_user::text, 'who made it');
select is((select array[f.origem, f.origem_id, f.proposito, f.pausada_em::text]
           from faixas f join c on c.faixa_id = f.id),
    array['campanha', (select id::text from c), 'marketing', null], 'a lane of its own');
select is((select action || ' ' || por from auditoria a join c on a.alvo = c.id::text),
    'campanha_criada ' || session_user, 'audited');

select is((campanha_criar('x', 'followup', 'Oi', max_por_dia => null)).max_por_dia, null, 'null: no limit');
select is((campanha_criar('x', 'followup', 'Oi', agendar_para => '2027-01-02 08:00-03')).status, 'agendada', 'a time: agendada');
select is((campanha_criar('x', 'followup', modelo => 'oi_nome')).modelo_id,
    (select id from modelos where nome = 'oi_nome'), 'a template alone is enough');
select is((campanha_criar('x', 'followup', 'Oi', filtro_tags => '{ vip ,null,vip}')).filtro_tags, '{vip}', 'tags are cleaned');
select is((campanha_criar('x', 'followup', 'Oi', filtro_regioes => '{}', filtro_especialidades => '{null}')).filtro_regioes,
    null, 'an empty filter is none');
select is((campanha_criar('x', 'followup', 'Oi', numero => '200000001')).numero_id, (select id from linha), 'a number by name');

-- placeholders
select lives_ok($$select campanha_criar('x', 'followup', 'Oi {nome} {especialidade} {pet} {cupom}', metadata => '{"cupom": "N10"}')$$,
    'nome, especialidade, keys of clientes, keys of the campaign');
select lives_ok($$select campanha_criar('x', 'followup', 'Só {} e { } chaves')$$, 'braces around nothing are text');
select throws_ok($$select campanha_criar('x', 'followup', 'Oi {nome} {cupom}')$$, '22023',
    'mensagem_template: unknown placeholder {cupom}', 'one that nobody has');
select throws_ok($$select campanha_criar('x', 'followup', 'Oi {Nome}')$$, '22023',
    'mensagem_template: unknown placeholder {Nome}', 'nor in another case');
select throws_ok($$select campanha_criar('x', 'followup', 'Oi {primeiro nome}')$$, '22023',
    'mensagem_template: unknown placeholder {primeiro nome}', 'nor with a blank');
select modelo_salvar('oi_cidade', 'Oi, tudo bem em {cidade} hoje?', situacao => 'aprovado');
select throws_ok($$select campanha_criar('x', 'followup', modelo => 'oi_cidade')$$, '22023',
    'modelo: unknown placeholder {cidade}', 'in the template too');
create temp table outra as select * from empresa_salvar('Clínica B');
insert into clientes (empresa_id, nome, metadata) select id, 'Zé', '{"cidade": "Itu"}' from outra;
select throws_ok($$select campanha_criar('x', 'followup', 'Oi {cidade}', empresa => 'Clínica A')$$, '22023',
    'mensagem_template: unknown placeholder {cidade}', 'what only another company knows is unknown');

-- refusals
select throws_ok($$select campanha_criar('x', 'followup', 'Oi')$$, '22023',
    'empresa: there are 2 — say which (name or id)', 'which company?');
create function pg_temp.recusa(sql text, mensagem text) returns text language sql
as $$ select throws_ok('select campanha_criar(' || sql || $s$, empresa => 'Clínica A')$s$, '22023', mensagem, mensagem) $$;
select pg_temp.recusa($$' ', 'followup', 'Oi'$$, 'nome: expected a name, found nothing');
select pg_temp.recusa($$'x', 'natal', 'Oi'$$, 'tipo: expected primeiro_contato, followup or promocional, found "natal"');
select pg_temp.recusa($$'x', null, 'Oi'$$, 'tipo: expected primeiro_contato, followup or promocional, found "<NULL>"');
select pg_temp.recusa($$'x', 'followup'$$, 'mensagem_template: expected a text, or else modelo; found neither');
select pg_temp.recusa($$'x', 'followup', E' \n '$$, 'mensagem_template: expected a text, or else modelo; found neither');
select pg_temp.recusa($$'x', 'followup', repeat('a', 4097)$$,
    'mensagem_template: expected at most 4096 characters (the Cloud API''s limit), found 4097');
select pg_temp.recusa($$'x', 'followup', 'Oi', max_por_dia => 0$$,
    'max_por_dia: expected 1 or more, or null for no limit, found 0');
select pg_temp.recusa($$'x', 'followup', 'Oi', metadata => '[1]'$$, 'metadata: expected a JSON object, found array');
select pg_temp.recusa($$'x', 'followup', 'Oi', valido_ate => agora()$$,
    'valido_ate: expected an instant after the campaign''s start');
select pg_temp.recusa($$'x', 'followup', 'Oi', agendar_para => agora() + interval '2 h', valido_ate => agora() + interval '1 h'$$,
    'valido_ate: expected an instant after the campaign''s start');
select pg_temp.recusa($$'x', 'followup', 'Oi', modelo => 'nada'$$, 'modelo: the company has no template called "nada"');
select pg_temp.recusa($$'x', 'followup', 'Oi', numero => '9'$$,
    'numero: the company has none like this (phone_number_id, phone in E.164, or id)');

-- a template of another account of the company
select conta_salvar('100000002', 'token', empresa => 'Clínica A');
select numero_salvar('200000002', conta => '100000002', empresa => 'Clínica A');
select pg_temp.recusa($$'x', 'followup', 'Oi', modelo => 'oi_nome', numero => '200000002'$$,
    'modelo: "oi_nome" belongs to another WhatsApp account than the number that sends');
select modelo_salvar('oi_nome', 'Oi {nome}, novidades aqui!', situacao => 'aprovado', conta => '100000002', empresa => 'Clínica A');
select is((campanha_criar('x', 'followup', modelo => 'oi_nome', numero => '200000002', empresa => 'Clínica A')).modelo_id,
    (select m.id from modelos m join contas k on k.id = m.conta_id where m.nome = 'oi_nome' and k.waba_id = '100000002'),
    'of two accounts that have it, the number''s');

-- roles
set local role carteiro_ops_escrita;
select lives_ok($$select campanha_criar('x', 'followup', 'Oi', empresa => 'Clínica A')$$, 'ops may');
set local role carteiro_ops_leitura;
select throws_ok($$select campanha_criar('x', 'followup', 'Oi', empresa => 'Clínica A')$$, '42501', null, 'who only looks may not');
select throws_ok($$select campanha_iniciar(id) from campanhas limit 1$$, '42501', null, 'nor start');
select throws_ok($$update campanhas set status = 'ativa'$$, '42501', null, 'nor write the table');

select * from finish();
rollback;
