-- fila_expire: what waits past valido_ate ends as expirada; what is being sent does not.
begin;
select plan(9);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.ate(valido interval) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, tipo, valido_ate)
    values (pg_temp.de('ana'), 'Oi', 'resposta', agora() + $1)
    returning fila_mensagens.id
$$;
select pg_temp.janela('ana');
select pg_temp.ate('1 hour') as indo \gset
select is((select count(*) from pg_temp.pega()), 1::bigint, 'one is being sent');
select pg_temp.ate('1 hour') as a \gset
select pg_temp.ate('1 hour') as b \gset
select pg_temp.ate('2 hours') as depois \gset
select pg_temp.nova('ana') as sempre \gset

select is(fila_expire(10), 0, 'in time nothing');
update relogio set deslocamento = '1 hour';
set local role carteiro_planner;
select is(fila_expire(1), 1, 'at most n');
select is(fila_expire(10), 1, 'the other one');
select is(fila_expire(10), 0, 'once');
reset role;
select is(array_agg(array[status, erro]), '{{expirada,"passou de valido_ate"},{expirada,"passou de valido_ate"}}', 'expired, and why')
from fila_mensagens where id in (:'a', :'b');
select is(array_agg(status order by id), '{processando,pendente,pendente}', 'the others stay')
from fila_ativa where id in (:'indo', :'depois', :'sempre');
select is((select count(*) from efeitos where tipo = 'fim'), 2::bigint, 'with effects');
select is(pg_temp.grava(:'indo', 1, 'aceita', 'wamid.I'), '1 0 0', 'what was being sent ends as it ends');

select * from finish();
rollback;
