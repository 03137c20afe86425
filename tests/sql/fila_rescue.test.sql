-- fila_rescue: a reserva that ran out makes its row incerta, declares the attempt and sends nothing.
begin;
select plan(27);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
select pg_temp.janela('ana');

select pg_temp.nova('ana', 'um') as a \gset
select pg_temp.nova('ana', 'dois') as b \gset
select pg_temp.nova('ana', 'tres') as c \gset
select is((select count(*) from pg_temp.pega(2)), 2::bigint, 'two are claimed');
select pg_temp.depois('59 s');
select is(fila_rescue(10, 600000), 0, 'while the reserva lasts nothing');
select pg_temp.depois('2 s');
set local role carteiro_planner;
select is(fila_rescue(1, 600000), 1, 'at most n');
select is(fila_rescue(10, 600000), 1, 'the other one; what waits is no business of it');
select is(fila_rescue(10, 600000), 0, 'once');
reset role;

select is(array_agg(status order by id), '{incerta,incerta,pendente}', 'uncertain') from fila_ativa;
select is(array[reservada_por, (reserva_ate = agora() + '600 s')::text, resgates::text, tentativas::text, reserva_seq::text],
    '{NULL,true,1,1,1}', 'in quarantine, under the same reserva_seq') from fila_ativa where id = :'a';
select is(espera_motivo, 'quem enviava sumiu: espera a confirmação da Meta', 'and says why') from fila_ativa where id = :'a';
select is(array_agg(array[reserva_seq::text, desfecho, trabalhador]), '{{1,sem_noticia,teste}}',
    'the lost attempt is declared, with its sender') from tentativas where mensagem_id = :'a';

-- the sender was only slow: its reserva is still good
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '1 0 0', 'its late record settles the row');
select is(status, 'enviada', 'sent') from fila_mensagens where id = :'a';
select is(pg_temp.grava(:'b', 1, 'recusada', codigo => 131026, erro => 'no'), '1 0 0', 'a late refusal too');
select is(status, 'erro', 'refused') from fila_mensagens where id = :'b';

-- a third sender lost: the row is what kills them
select pg_temp.depois('1 h');
select count(*) from pg_temp.pega(1) \g /dev/null
update fila_ativa set resgates = 2 where id = :'c' and status = 'processando';
select reserva_seq as seq from fila_ativa where id = :'c' \gset
select pg_temp.depois('61 s');
select is(fila_rescue(10, 600000), 1, 'rescued a third time');
select is(array[status, erro, resgates::text], '{erro,derrubou quem a enviava três vezes,3}', 'it ends') from fila_mensagens where id = :'c' and encerrada_em < 'infinity';
select is(array[desfecho, trabalhador, (em - desde)::text], '{sem_noticia,teste,00:01:01}', 'the attempt is declared: who had it, since when') from tentativas where mensagem_id = :'c';
select is((select count(*) from efeitos where mensagens = array[:'c'::uuid]), 1::bigint, 'with its effects');
select is(pg_temp.grava(:'c', :seq, 'aceita', 'wamid.C'), '0 1 0', 'evidence still settles it');
select is(status, 'enviada', 'sent') from fila_mensagens where id = :'c';

-- once and twice: uncertain, whatever garantia says
select pg_temp.nova('ana', 'quatro') as d \gset
update fila_ativa set resgates = 1, garantia = 'pelo_menos_uma' where id = :'d';
select count(*) from pg_temp.pega(1) \g /dev/null
select pg_temp.depois('61 s');
select is(fila_rescue(10, 600000), 1, 'a second time');
select is(array[status, resgates::text], '{incerta,2}', 'is uncertain as the first') from fila_ativa where id = :'d';
delete from fila_ativa where id = :'d';

-- a floor: what ran out before it is not looked at
select pg_temp.nova('ana', 'cinco') as e \gset
select count(*) from pg_temp.pega(1) \g /dev/null
select pg_temp.depois('80 s');
select is(fila_rescue(10, 600000, 19000), 0, 'it ran out 20 s ago: below a floor of 19');
select is(fila_rescue(10, 600000, 21000), 1, 'above one of 21');
select is((select count(*) from fila_ativa where id = :'e' and status = 'incerta'), 1::bigint, 'rescued');
select is(fila_rescue(10, 600000, null), 0, 'without one everything is looked at');

-- a thousand at once, and again in the same session
insert into fila_mensagens (cliente_id, conteudo, tipo) select pg_temp.de('ana'), 'm', 'resposta' from generate_series(1, 2000);
select count(*) from pg_temp.pega(2001);
select pg_temp.depois('61 s');
select is((select array_agg(fila_rescue(200, 600000)) from generate_series(1, 11)),
    array_fill(200, array[10]) || 0, 'ten full batches');
select is((select count(*) from tentativas where desfecho = 'sem_noticia'), 2005::bigint, 'each declared once');

select * from finish();
rollback;
