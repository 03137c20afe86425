-- What fila_claim found that may not leave: back with its reason, or ended, one by one, each once.
begin;
select plan(16);
\ir fila_gente.sql
select pg_temp.janela('ana');
select pg_temp.janela('bia');
create function pg_temp.pega_so(so text[], k integer default 10) returns setof uuid language sql
as $$
    select c.id from linha
    cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', '{0}', array[$2], '{null}', '{null}', $1) c
$$;

-- not among only_to: held, everybody else goes
select pg_temp.nova('ana') as a \gset
select pg_temp.nova('bia') as b \gset
select is((select array_agg(p) from pg_temp.pega_so('{+5511987650001}') p), array[:'a'::uuid], 'who is among them');
select is(array[status, espera_motivo, adiamentos::text, tentativas::text, reserva_seq::text, (agendar_para = agora() + interval '30 s')::text],
    '{pendente,"destino fora de sender.only_to",1,0,0,true}', 'who is not waits; nothing was spent') from fila_mensagens where id = :'b';
select is((select count(*) from pg_temp.pega_so(null)), 0::bigint, 'for half a minute');
insert into relogio (deslocamento) values ('31 s');
select is((select array_agg(p) from pg_temp.pega_so(null) p), array[:'b'::uuid], 'then it goes');
select is(espera_motivo, null, 'and the reason with it') from fila_mensagens where id = :'b';

-- in human hands: what is automatic waits, what a person writes goes
update conversas set controlada_por = 'humano' where cliente_id = pg_temp.de('ana');
select pg_temp.nova('ana', 'automática') as c \gset
select pg_temp.nova('ana', 'de uma pessoa') as d \gset
update fila_ativa set origem = 'agendamento', tipo = 'followup' where id = :'c';
select is((select array_agg(p) from pg_temp.pega_so(null) p), array[:'d'::uuid], 'the person''s own');
select is(espera_motivo, 'conversa com uma pessoa', 'the other waits') from fila_ativa where id = :'c';

-- several ends in one claim, and what may leave beside them
update relogio set deslocamento = '62 s';
update conversas set controlada_por = 'ai';
update modelos set situacao = 'aprovado';
select pg_temp.nova('ana', 'vai') as e \gset
select pg_temp.nova('ana', 'passou') as f \gset
select pg_temp.nova('caio', 'sem janela') as g \gset
select pg_temp.nova('bia', 'promo', null, 'promocional') as h \gset
update fila_ativa set valido_ate = agora() where id = :'f';
select is((select array_agg(p order by p) from pg_temp.pega_so(null) p), (select array_agg(i order by i) from unnest(array[:'c'::uuid, :'e']) i), 'two may leave');
select is((select array_agg(array[status, erro] order by ordem) from fila_mensagens where id in (:'f', :'g', :'h')),
    '{{expirada,"passou de valido_ate"},{erro,fora_da_janela_sem_modelo},{cancelada,sem_consentimento}}', 'three ended, each for its reason');
select is((select array_agg(n order by n) from (select count(*) as n from efeitos e, unnest(e.mensagens) m (id) where m.id in (:'f', :'g', :'h') group by m.id) x),
    '{1,1,1}', 'each with one effect');
select is((select count(*) from tentativas), 0::bigint, 'nothing was tried');

-- a claim that finds only what may not leave gives nothing, and does not stop the next
select pg_temp.nova('caio', 'sem janela') as i \gset
select pg_temp.nova('ana', 'depois') as j \gset
select is((select count(*) from pg_temp.pega_so(null, 1)), 0::bigint, 'the first in line cannot leave');
select is((select array_agg(p) from pg_temp.pega_so(null, 1) p), array[:'j'::uuid], 'the next claim finds the next');

-- template and person gone meanwhile
select pg_temp.nova('caio', 'com modelo', (select id from modelos)) as k \gset
update fila_ativa set modelo_id = 99 where id = :'k';
select is((select count(*) from pg_temp.pega_so(null)), 0::bigint, 'a template that is gone');
select is(erro, 'fora_da_janela_sem_modelo', 'is none') from fila_mensagens where id = :'k';
select pg_temp.nova('ana', 'x') as l \gset
update fila_ativa set cliente_id = gen_random_uuid() where id = :'l';
select is((select count(*) from pg_temp.pega_so(null)), 0::bigint, 'a person who is gone');
select * from finish();
rollback;
