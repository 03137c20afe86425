-- supressao_incluir and supressao_retirar: a no that outlives the person.
begin;
select plan(26);

select empresa_salvar('Clínica A');
select cliente_salvar('Ana', '31 8765-4321');
select cliente_salvar('Bia', '11 98765-4321');
select consentimento_registrar(id, 'marketing', 'Aceito') from clientes;

create temp table s as select * from supressao_incluir('+55 (31) 9 8765-4321', 'pediu por telefone');
select is((select clientes from s), 1, 'met by the other variant of the number');
select is((select status from clientes where nome = 'Ana'), 'optout', 'is an optout');
select is((select marketing_permitido from clientes where nome = 'Ana'), false, 'without consent');
select is((select acao || ' ' || canal || ' ' || evidencia from consentimentos order by id desc limit 1),
    'revogado supressao supressão: pediu por telefone', 'which the ledger says');
select is((select status from clientes where nome = 'Bia'), 'ativo', 'nobody else is');
select is((select marketing_permitido from clientes where nome = 'Bia'), true, 'nor loses consent');
select is((select count(*) from supressoes where hash::text like '%87654321%' or motivo like '%8765%'), 0::bigint,
    'the number cannot be read there');
select is((select action from auditoria order by id desc limit 1), 'supressao_incluir', 'audited');
select is((select count(*) from auditoria where payload::text like '%8765%'), 0::bigint, 'without the number');

select lives_ok($$select supressao_incluir('31 8765-4321', 'de novo')$$, 'repeatable');
select is((select count(*) from supressoes), 1::bigint, 'one entry for all variants');
select is((select count(*) from consentimentos where acao = 'revogado'), 1::bigint, 'withdrawn once');

-- the person is erased; the number comes back
delete from clientes where nome = 'Ana';
select is((select status from cliente_salvar('Ana', '31 98765-4321')), 'optout', 'the hash meets the number again');
select is(supressao_existe((select id from empresas), '+553187654321'), true, 'under each variant');
select is(supressao_existe((select id from empresas), '+5511987654321'), false, 'and no other number');
select isnt((select hash from supressoes), sha256(convert_to('+5531987654321', 'UTF8')), 'a keyed hash');
select is(length(supressao_chave()), 32, 'whose key is long');
select is(supressao_chave(), supressao_chave(), 'and stays');

select throws_ok($$select supressao_incluir('31 8765-4321', ' ')$$, '22023', 'motivo: expected why, found nothing', 'why is asked');
select throws_ok($$select supressao_incluir('123', 'x')$$, '22023',
    'telefone: expected one number with DDD or with + and its country, found *23 (not_a_person)', 'a number is asked');

select is(supressao_retirar('31 8765 4321', 'voltou a pedir'), 1, 'taken out');
select is((select status from clientes where nome = 'Ana'), 'ativo', 'is back');
select is((select marketing_permitido from clientes where nome = 'Ana'), false, 'but consent is asked anew');
select is((select count(*) from supressoes), 0::bigint, 'nothing left');
select is(supressao_retirar('31 8765 4321', 'de novo'), 0, 'nothing to take out');

select is(has_function_privilege('carteiro_ops_escrita', 'supressao_chave()', 'execute')
    or has_table_privilege('carteiro_ops_escrita', 'chaves_internas', 'select'), false, 'the key is not for ops');

select * from finish();
rollback;
