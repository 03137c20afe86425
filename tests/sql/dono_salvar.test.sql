-- dono_salvar, dono_listar, dono_remover: who receives a company's proactive messages.
begin;
select plan(24);
\ir proativo_gente.sql

select * from dono_salvar(E'Dra.  Lia\nReis', '(11) 98765-1000') \gset d_
select is(array[nome, tipos::text, ativo::text], '{"Dra. Lia Reis",NULL,true}', 'an owner who wants everything') from donos where id = :'d_id';
select is(array[nome, primeiro_nome, telefone, interno::text, status], '{"Dra. Lia Reis",Lia,+5511987651000,true,ativo}', 'a cliente of their own, which counts nowhere')
from clientes where id = :'d_cliente_id';
select is((dono_salvar('Lia', '11 98765-1000', '{birthdays,daily_summary}', false)).id, :'d_id', 'the same phone is the same owner');
select is(array[nome, array_to_string(tipos, ' '), ativo::text], '{Lia,"birthdays daily_summary",false}', 'changed') from donos where id = :'d_id';
select dono_salvar('Lia', '11 98765-1000') \g /dev/null
select is(array[array_to_string(tipos, ' '), ativo::text], '{"birthdays daily_summary",false}', 'what is left out stays') from donos where id = :'d_id';
select dono_salvar('Lia', '11 98765-1000', '{}', true) \g /dev/null
select is(array[tipos::text, ativo::text], '{NULL,true}', 'no types are all') from donos where id = :'d_id';

-- a customer who is an owner too
select is((dono_salvar('Aninha', '11 98765-0001')).cliente_id, pg_temp.de('ana'), 'a customer is that customer');
select is(array[nome, interno::text], '{"Ana Lima",false}', 'and stays one') from clientes where id = pg_temp.de('ana');
update clientes set nome = '', primeiro_nome = '' where id = pg_temp.de('bia');
select dono_salvar('Bia', '11 98765-0002') \g /dev/null
select is(array[nome, primeiro_nome], '{"",Bia}', 'who had no first name to be greeted by has one') from clientes where id = pg_temp.de('bia');
select dono_salvar('42', '11 98765-1003') \g /dev/null
select is((select primeiro_nome from clientes where telefone = '+5511987651003'), '42', 'whatever it is');

select throws_like($$select dono_salvar(' ', '11 98765-1000')$$, 'nome: %', 'nobody');
select throws_like($$select dono_salvar('Lia', '123')$$, 'telefone: %', 'no phone');
select throws_like($$select dono_salvar('Lia', '11 98765-1000', '{birthday}')$$, 'tipos: expected some of %found "birthday"', 'a type that there is not');
select throws_like($$select dono_salvar('Lia', '11 98765-1000', empresa => 'Outra')$$, 'empresa: %', 'no such company');
select empresa_salvar('Clínica B') \g /dev/null
select isnt((dono_salvar('Lia', '11 98765-1000', empresa => 'Clínica B')).id, :'d_id', 'of another company she is another owner');
select is((select string_agg(l.nome || ' ' || l.telefone, ', ' order by l.nome) from dono_listar('Clínica A') l),
    '42 +5511987651003, Aninha +5511987650001, Bia +5511987650002, Lia +5511987651000', 'those of one company');
select is((select count(*) from dono_listar()), 5::bigint, 'those of all');

select throws_like($$select dono_remover('11 99999-9999', 'Clínica A')$$, 'dono: %', 'nobody to remove');
select proativo_plan(d, 'daily_summary', '1', agora(), 'Resumo', '{"atendimentos": "1", "receita": "1", "novos": "1"}') from donos d where id = :'d_id' \g /dev/null
select is((dono_remover('+55 11 98765-1000', 'Clínica A')).id, :'d_id', 'removed by phone');
select is((select count(*) from donos where id = :'d_id'), 0::bigint, 'is no owner any more');
select is(array[status, erro_mensagem, (dono_id = :'d_id')::text], '{failed,"o dono foi removido",true}', 'what waited does not leave; that it was, stays')
from mensagens_proativas;
select is((dono_remover(id::text, 'Clínica A')).nome, 'Bia', 'by id') from donos where nome = 'Bia';
set local role carteiro_ops_leitura;
select throws_ok($$select dono_salvar('Lia', '11 98765-1000')$$, '42501', null, 'who only looks makes none');
select is((select count(*) from dono_listar()), 3::bigint, 'but sees them');
select * from finish();
rollback;
