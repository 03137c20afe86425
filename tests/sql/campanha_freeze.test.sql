-- campanha_freeze: the list, in stretches, with the reasons.
begin;
select plan(19);
\ir campanha_pessoas.sql

select id as c from campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_nome') \gset
select is(campanha_freeze(:'c', 4), 0, 'a draft has no list');
select campanha_iniciar(:'c');

select is(campanha_freeze(:'c', 4), 4, 'looks at four');
select is(pg_temp.lista(:'c'), 'ana bia caio:optout davi:sem_telefone', 'and writes them down');
select is(pg_temp.quem(congelada_ate) || ' ' || total_destinatarios || ' ' || (congelada_em is null), 'davi 2 true',
    'the cursor is with them') from campanhas where id = :'c';
update clientes set primeiro_nome = 'Fábio' where id = (select id from gente where quem = 'fabio');
select is(campanha_freeze(:'c', 4), 4, 'four more');
select is(pg_temp.lista(:'c'), 'ana bia caio:optout davi:sem_telefone eva:sem_consentimento fabio gil hugo',
    'each as they are when their turn comes');

-- after the start
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, created_at)
select casa.id, 'Júlia', '+5511987650010', true, agora() + interval '1 minute' from casa;
select is(campanha_freeze(:'c', 4), 2, 'the rest, and one who came too late');
select is(congelada_em = agora() and total_destinatarios = 5, true, 'the list is whole') from campanhas where id = :'c';
select is(count(*), 9::bigint, 'without the latecomer') from campanha_destinatarios where campanha_id = :'c';
select is(campanha_freeze(:'c', 4), 0, 'nothing more to do');
select is(count(*), 9::bigint, 'and nothing done') from campanha_destinatarios where campanha_id = :'c';
select results_eq(format('select status, count(*) from campanha_destinatarios where campanha_id = %L group by 1 order by 1', :'c'),
    $$values ('excluido', 4::bigint), ('pendente', 5::bigint)$$, 'left out or to come');

-- a list that ends exactly with a stretch
select id as d from campanha_criar('t', 'promocional', modelo => 'oi_nome', filtro_tags => '{manha}') \gset
select campanha_iniciar(:'d');
select is(array[campanha_freeze(:'d', 9), campanha_freeze(:'d', 9), campanha_freeze(:'d', 9)], array[9, 1, 0],
    'n counts people looked at, not taken');
select is(pg_temp.lista(:'d'), 'ana', 'the filter takes one');
select id as e from campanha_criar('t', 'promocional', modelo => 'oi_nome', filtro_tags => '{ninguem}') \gset
select campanha_iniciar(:'e');
select is(campanha_freeze(:'e', 5), 5, 'a filter that takes nobody');
select is(congelada_em is null and pg_temp.quem(congelada_ate) = 'eva', true, 'advances too') from campanhas where id = :'e';

select throws_ok(format('select campanha_freeze(%L, 0)', :'c'), '22023', 'n: expected 1 or more, found 0', 'n is checked');
select throws_ok(format('insert into campanha_destinatarios (campanha_id, cliente_id, status) values (%L, %L, %L)', :'c', :'c', 'excluido'),
    '23514', null, 'nobody is left out without a reason');
set local role carteiro_planner;
select is(campanha_freeze(:'c', 1), 0, 'the planner may');

select * from finish();
rollback;
