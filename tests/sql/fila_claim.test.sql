-- fila_claim: the last gate. What may leave comes with its body; the rest is diverted and says why.
begin;
select plan(24);
\ir fila_gente.sql
select id as m from modelos \gset

-- the body
select pg_temp.janela('ana');
select pg_temp.nova('ana', 'Oi {nome}', :m) as a \gset
select pg_temp.nova('bia', 'Oi {nome}', :m) as b \gset
select pg_temp.nova('caio', 'Oi {nome}') as c \gset
create temp table pegas as select * from pg_temp.pega();
select is(count(*), 2::bigint, 'two may leave') from pegas;
select is(array[formato, conteudo, tentativa::text, reserva_seq::text], '{texto,Oi Ana,1,1}', 'inside the window the text') from pegas where id = :'a';
select is(array[formato, parametros], array['template', '["Bia"]'], 'outside it the template') from pegas where id = :'b';
select is(array[status, erro, (encerrada_em < 'infinity')::text], '{erro,fora_da_janela_sem_modelo,true}', 'with neither it ends') from fila_mensagens where id = :'c';
select is(array[status, reservada_por, (reserva_ate > agora())::text], '{processando,teste,true}', 'claimed') from fila_mensagens where id = :'a';
select is((select count(*) from pg_temp.pega()), 0::bigint, 'nothing is claimed twice');
select is((select count(*) from efeitos where mensagens = array[:'c'::uuid]), 1::bigint, 'what ended leaves its effects');

-- the gates, in their order
select pg_temp.nova('ana', 'velha') as d \gset
update fila_ativa set valido_ate = agora() where id = :'d';
select pg_temp.nova('bia', 'promo', :m, 'promocional') as e \gset
select is((select count(*) from pg_temp.pega()), 0::bigint, 'neither leaves');
select is(status, 'expirada', 'past valido_ate') from fila_mensagens where id = :'d';
select is(array[status, erro], '{cancelada,sem_consentimento}', 'marketing needs consent') from fila_mensagens where id = :'e';
select consentimento_registrar(pg_temp.de('bia'), 'marketing', 'aceito', 'teste', 'teste');
select pg_temp.nova('bia', 'promo', :m, 'promocional') as e \gset
select is((select array_agg(id) from pg_temp.pega()), array[:'e'::uuid], 'with consent it leaves');
update clientes set status = 'optout' where id = pg_temp.de('ana');
select pg_temp.nova('ana', 'aviso', null, 'lembrete') as f \gset
select pg_temp.nova('ana', 'resposta') as g \gset
select is((select array_agg(id) from pg_temp.pega()), array[:'g'::uuid], 'who opted out gets answers only');
select is(array[status, erro], '{cancelada,optout}', 'and nothing else') from fila_mensagens where id = :'f';

-- pauses: the rows are not touched
select pg_temp.nova('bia', 'x', :m) as h \gset
select fila_pausar('manutenção', numero => '200000001');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'a paused number gives nothing');
select is((select count(*) from fila_lanes()), 0::bigint, 'and is not even looked at');
select is(array[status, adiamentos::text], '{pendente,0}', 'its rows stay as they were') from fila_ativa where id = :'h';
select fila_retomar(numero => '200000001');
select fila_pausar('tudo para');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'everything is paused');
select fila_retomar();
select fila_pausar('até já', agora() + interval '1 minute', empresa => 'Clínica');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'the company is paused');
insert into relogio (deslocamento) values ('2 minutes');
select is((select count(*) from pg_temp.pega()), 1::bigint, 'until its end');
delete from relogio;
select fila_retomar(empresa => 'Clínica');
select pg_temp.nova('bia', 'x', :m) as i \gset
update modelos set situacao = 'pausado';
select is((select count(*) from pg_temp.pega()), 0::bigint, 'a template that Meta paused holds');
select is(array[status, (agendar_para > agora())::text], '{pendente,true}', 'its row goes back') from fila_ativa where id = :'i';
select matches(espera_motivo, 'oi_nome', 'and says why') from fila_ativa where id = :'i';

-- never early, never out of order
update modelos set situacao = 'aprovado';
delete from fila_ativa;
insert into fila_mensagens (cliente_id, conteudo, modelo_id, agendar_para)
select pg_temp.de('bia'), v.t, :m, agora() + v.quando
from (values ('depois', interval '1 hour'), ('segunda', -interval '1 minute'), ('primeira', -interval '1 hour')) v (t, quando);
select is((select array_agg(f.conteudo) from (select id from pg_temp.pega()) p join fila_ativa f using (id)), '{primeira,segunda}', 'in the order in which they were due, and not before');
delete from fila_ativa;
insert into fila_mensagens (cliente_id, conteudo, modelo_id) select pg_temp.de('bia'), 'x', :m from generate_series(1, 100);
select is((select count(*) from pg_temp.pega(7)), 7::bigint, 'no more than was asked for');
select * from finish();
rollback;
