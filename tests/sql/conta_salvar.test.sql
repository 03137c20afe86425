-- conta_salvar: whose portfolio, and how many people it may reach.
begin;
select plan(12);
\ir fila_gente.sql
select empresa_salvar('Outra') \g /dev/null
create function pg_temp.limite(text) returns integer language sql
as $$ select p.alcance_limite from portfolios p join contas c on c.portfolio_id = p.id where c.waba_id = $1 $$;
set local role carteiro_ops_escrita;
select is((select count(*) from conta_salvar('100000003', 'token', portfolio => '777', empresa => 'Clínica')), 1::bigint, 'a portfolio by its id');
select is((select k.portfolio_id = c.portfolio_id from conta_salvar('100000004', 'token', portfolio => '777', empresa => 'Clínica') k, contas c where c.waba_id = '100000003'),
    true, 'shared by the accounts of the company');
select throws_like($$select conta_salvar('100000005', 'token', portfolio => '777', empresa => 'Outra')$$,
    'portfolio: it belongs to another company; an account may only be in a portfolio of its own company%', 'not by another company''s');
select is((select count(*) from contas where waba_id = '100000005'), 0::bigint, 'nothing is kept of it');
select is((select count(*) from conta_salvar('100000005', 'token', empresa => 'Outra')), 1::bigint, 'which has its own');
select throws_like($$select conta_salvar('100000005', portfolio => '777', empresa => 'Outra')$$, 'portfolio: %', 'nor later');

select is(pg_temp.limite('100000003'), null, 'no limit until one is told');
select conta_salvar('100000003', alcance_limite => 2000, empresa => 'Clínica') \g /dev/null
select is(array[pg_temp.limite('100000003'), pg_temp.limite('100000004'), pg_temp.limite('100000005')], '{2000,2000,NULL}', 'the portfolio''s, not the account''s');
select conta_salvar('100000004', app_id => '12345', empresa => 'Clínica') \g /dev/null
select is(pg_temp.limite('100000003'), 2000, 'left as it is when nothing is said of it');
select conta_salvar('100000004', alcance_limite => 0, empresa => 'Clínica') \g /dev/null
select is(pg_temp.limite('100000003'), null, '0: none');
select throws_like($$select conta_salvar('100000003', alcance_limite => -1, empresa => 'Clínica')$$, 'alcance_limite: %', 'less than none');
reset role;
select is((select n.alcance_limite from fila_numeros() n), null, 'the senders are told the number''s own');
select * from finish();
rollback;
