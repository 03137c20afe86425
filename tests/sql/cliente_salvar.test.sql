-- cliente_salvar: one person per number of a company, whatever form the number comes in.
begin;
select plan(33);

select empresa_salvar('Clínica A');
create temp table p as select * from cliente_salvar('  Sra.  JOÃO da silva ', '(31) 8765-4321',
    tags => '{vip, novo,vip,""}', especialidade_nome => ' Cardiologia ', metadata => '{"pet": "Rex", "x": null}');
grant select on p to public;

select is((select nome from p), 'Sra. JOÃO da silva', 'the name is kept as given, blanks made single');
select is((select primeiro_nome from p), 'João', 'and its first word is what {nome} says');
select is((select telefone from p), '+553187654321', 'an old mobile is kept as given');
select is((select tags from p), '{novo,vip}', 'tags are a set');
select is((select especialidade_nome from p), 'Cardiologia', 'without blanks around');
select is((select fuso from p), 'America/Sao_Paulo', 'the zone of the DDD');
select is((select metadata from p), '{"pet": "Rex"}', 'a null says nothing');
select is((select status from p), 'ativo', 'born ativo');
select is((select marketing_permitido from p), false, 'nobody has consented by being saved');
select is((select count(*) from identidades i join p on p.id = i.cliente_id where tipo = 'telefone' and valor = '+553187654321'),
    1::bigint, 'and is known by the phone');

select is((select id from cliente_salvar(null, '031 98765-4321')), (select id from p), 'found by the form with the ninth digit');
select is((select telefone from clientes where id = (select id from p)), '+553187654321', 'whose number is not rewritten');
select is((select nome from clientes where id = (select id from p)), 'Sra. JOÃO da silva', 'what is left out stays');
select is((select tags from cliente_salvar('Ana', '31 8765 4321', tags => '{x}')), '{x}', 'tags are replaced');
select is((select primeiro_nome from clientes where id = (select id from p)), 'Ana', 'the name too');
select is((select metadata from cliente_salvar(null, '31 8765 4321', metadata => '{"a": 1, "pet": null}')), '{"a": 1}',
    'metadata is merged, a null takes a key out');
select is((select count(*) from clientes), 1::bigint, 'all of it one person');
select isnt((select id from cliente_salvar('B', '11 3456-7890')), (select id from p), 'another number, another person');
select is((select fuso from cliente_salvar('C', '68 98765-4321')), 'America/Rio_Branco', 'Acre');
select is((select fuso from cliente_salvar('C', '68 98765-4321', fuso => 'America/Manaus')), 'America/Manaus', 'unless said');

select throws_ok($$select cliente_salvar('X', '20 98765-4321')$$, '22023',
    'telefone: expected one number with DDD or with + and its country, found ** *****-**21 (bad_ddd)', 'no such DDD');
select throws_ok($$select cliente_salvar('X', null)$$, '22023',
    'telefone: expected one number with DDD or with + and its country, found nothing (no_phone)', 'no number');
select throws_ok($$select cliente_salvar('X', '11 98765-4321', status => 'inativo')$$, '22023',
    'status: expected ativo or optout, found "inativo"', 'status is checked');
select throws_ok($$select cliente_salvar('X', '11 98765-4321', fuso => 'Brasilia')$$, '22023',
    'fuso: expected an IANA zone such as America/Sao_Paulo, found "Brasilia"', 'fuso is checked');
select throws_ok($$select cliente_salvar('X', '11 98765-4321', metadata => '[1]')$$, '22023',
    'metadata: expected a JSON object, found array', 'metadata is checked');
select throws_ok($$select cliente_salvar('X', '11 98765-4321', data_nascimento => '2190-01-01')$$, '22023',
    'data_nascimento: expected a day from 1900 to today', 'data_nascimento is checked');
select throws_ok($$select cliente_salvar('X', '11 98765-4321', empresa => 'Z')$$, '22023',
    'empresa: there is none called "Z"', 'empresa is checked');

select is((select status from cliente_salvar('D', '11 98765-4321', status => 'optout')), 'optout', 'status => optout opts out');
select is((select count(*) from supressoes), 1::bigint, 'and stands in supressoes');
select throws_ok($$select cliente_salvar('D', '11 98765-4321', status => 'ativo')$$, '22023',
    'status: this person opted out; supressao_retirar(telefone, motivo) is the way back', 'there is one way back');

select empresa_salvar('Clínica B');
select throws_ok($$select cliente_salvar('X', '31 8765-4321')$$, '22023', null, 'two companies: say which');
select isnt((select id from cliente_salvar('X', '31 8765-4321', empresa => 'Clínica B')), (select id from p),
    'the same number in another company is another person');
select is((select status from cliente_salvar('D', '11 98765-4321', empresa => 'Clínica B')), 'ativo',
    'an opt-out holds in its own company');

select * from finish();
rollback;
