-- consentimento_registrar and consentimento_revogar: a ledger that only grows, and a cache of it.
begin;
select plan(22);

select empresa_salvar('Clínica A');
create temp table p as select * from cliente_salvar('Ana', '11 98765-4321');
create temp table e as select k.* from p, consentimento_registrar(p.id, 'marketing', ' Aceito receber ofertas ',
    'formulario', 'ficha 12') k;

select is((select texto from e), 'Aceito receber ofertas', 'the wording');
select is((select canal from e), 'formulario', 'the channel');
select is((select evidencia from e), 'ficha 12', 'the proof');
select is((select acao from e), 'concedido', 'what happened');
select is((select registrado_por from e), session_user::text, 'who wrote it down');
select is((select empresa_id from e), (select empresa_id from p), 'of which company');
select is((select marketing_permitido from clientes), true, 'in force');

select lives_ok($$select consentimento_registrar(id, 'transacional', 'Avisos de consulta') from p$$, 'another purpose');
select lives_ok($$select consentimento_revogar(id, 'transacional') from p$$, 'withdrawn');
select is((select marketing_permitido from clientes), true, 'does not touch marketing');
select is((select canal from consentimentos order by id desc limit 1), 'sql', 'a channel left out');

select is((select acao from p, consentimento_revogar(p.id, 'marketing', 'whatsapp', 'wamid.X')), 'revogado', 'withdrawn');
select is((select marketing_permitido from clientes), false, 'no more in force');
select lives_ok($$select consentimento_revogar(id, 'marketing') from p$$, 'a second wish is kept too');
select is((select count(*) from consentimentos), 5::bigint, 'everything is still there');

select throws_ok('delete from consentimentos', '42501', null, 'entries stay');
select throws_ok($$update consentimentos set texto = 'x'$$, '42501', null, 'as they are');
select throws_ok($$select consentimento_registrar(id, 'marketing', '  ') from p$$, '22023',
    'texto: expected the wording that the person agreed to, found nothing', 'no consent without words');
select throws_ok($$select consentimento_registrar(id, 'spam', 'x') from p$$, '22023',
    'finalidade: expected marketing or transacional, found "spam"', 'purpose is checked');
select throws_ok($$select consentimento_registrar('00000000-0000-0000-0000-000000000000', 'marketing', 'x')$$, '22023',
    'cliente_id: there is no cliente 00000000-0000-0000-0000-000000000000', 'person is checked');

select supressao_incluir('11 98765-4321', 'pediu');
select lives_ok($$select consentimento_registrar(id, 'marketing', 'Aceito') from p$$, 'consent of an optout is written down');
select is((select status from clientes), 'optout', 'who stays optout');

select * from finish();
rollback;
