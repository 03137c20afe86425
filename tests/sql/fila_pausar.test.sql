-- fila_pausar, fila_retomar: by whom, for what, until when; the row of pausas is all there is.
begin;
select plan(19);
\ir fila_gente.sql
select pg_temp.janela('ana');
select empresa_salvar('Outra') \g /dev/null
select pg_temp.nova('ana') as a \gset
select xmin::text as era from fila_ativa where id = :'a' \gset

set local role carteiro_ops_escrita;
select is(array[escopo, motivo, por, ate::text], array['tudo', 'manutenção', session_user::text, null], 'everything, until somebody lifts it') from fila_pausar('  manutenção ');
select is((select count(*) from fila_pausar('outra razão', agora() + interval '1 hour') p where p.motivo = 'outra razão' and p.ate is not null), 1::bigint, 'again: the new reason and end');
select is((select count(*) from pausas), 1::bigint, 'and no second pause');
select is(array[p.escopo, (p.empresa_id = casa.id)::text], '{empresa,true}', 'a company by name') from fila_pausar('x', empresa => 'Clínica') p, casa;
select is(array[p.escopo, (p.numero_id = linha.id)::text, (p.empresa_id is null)::text], '{numero,true,true}', 'a number by its phone_number_id') from fila_pausar('x', numero => '200000001') p, linha;
select is((select p.numero_id from fila_pausar('x', numero => (select id::text from linha), empresa => 'Clínica') p), (select id from linha), 'by id, within its company');
select is((select count(*) from pausas), 3::bigint, 'three pauses');
select throws_like($$select fila_pausar(' ')$$, 'motivo: %', 'no reason');
select throws_like($$select fila_pausar(null)$$, 'motivo: %', 'none at all');
select throws_like($$select fila_pausar('x', agora())$$, 'ate: %', 'an end that is over');
select throws_like($$select fila_pausar('x', numero => '999')$$, 'numero: %', 'no such number');
select throws_like($$select fila_pausar('x', numero => '200000001', empresa => 'Outra')$$, 'numero: %', 'another company''s');
select throws_like($$select fila_pausar('x', empresa => 'Nenhuma')$$, 'empresa: %Nenhuma%', 'no such company');
select is(fila_retomar(numero => '200000001'), true, 'lifted');
select is(fila_retomar(numero => '200000001'), false, 'there is none any more');
select is(array[fila_retomar(empresa => 'Clínica'), fila_retomar()], '{true,true}', 'the others stayed until now');
reset role;
select is((select count(*) from pausas), 0::bigint, 'nothing is left');
select is((select string_agg(u.action || ' ' || split_part(u.alvo, ' ', 1), ', ' order by u.id) from auditoria u),
    'fila_pausar tudo, fila_pausar tudo, fila_pausar empresa, fila_pausar numero, fila_pausar numero, fila_retomar numero, fila_retomar empresa, fila_retomar tudo',
    'each is audited, what failed is not');
select is((select xmin::text from fila_ativa where id = :'a'), :'era', 'no row was rewritten');
select * from finish();
rollback;
