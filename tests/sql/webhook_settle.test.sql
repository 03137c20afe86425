-- webhook_settle: our key in a status is proof of acceptance, from whatever state the row is in.
begin;
select plan(23);
\ir fila_gente.sql
\ir webhook_gente.sql
select pg_temp.janela('ana');

-- before our own answer
select pg_temp.enviada('ana', null, null) as a \gset
select pg_temp.status('wamid.A', 'sent', :'a' || ':1');
select is(webhook_apply(10), 1, 'the status comes first');
select is(pg_temp.situacao(:'a'), 'enviada enviada wamid.A', 'and settles the row');
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '0 1 0', 'our own answer then changes nothing');
select is(pg_temp.situacao(:'a'), 'enviada enviada wamid.A', 'nor what was known');
select is((select count(*) from efeitos where tipo = 'fim'), 1::bigint, 'one effect');
select is((select count(*) from tentativas where mensagem_id = :'a'), 0::bigint, 'an attempt that ended accepted needs no other witness');

-- failed, in either order
select pg_temp.enviada('ana', null, null) as b \gset
select pg_temp.status('wamid.B', 'failed', :'b' || ':1', codigo => 131026);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'b'), 'enviada falhou wamid.B 131026', 'accepted, and then it failed');
select is(pg_temp.grava(:'b', 1, 'aceita', 'wamid.B'), '0 1 0', 'our own answer is late');
select is(pg_temp.situacao(:'b'), 'enviada falhou wamid.B 131026', 'and hides nothing');
select pg_temp.enviada('ana', 'wamid.C') as c \gset
select pg_temp.status('wamid.C', 'failed', :'c' || ':1', codigo => 131026);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'c'), 'enviada falhou wamid.C 131026', 'the same the other way round');

-- incerta, waiting again, ended unsent
select pg_temp.enviada('ana', null, 'desconhecida') as d \gset
select pg_temp.status('wamid.D', 'delivered', :'d' || ':1');
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'d'), 'enviada entregue wamid.D', 'from incerta');
select is((select array_agg(desfecho || coalesce(' ' || status_anterior, '') order by id) from tentativas where mensagem_id = :'d'),
    '{desconhecida,"liquidada incerta"}', 'and the story tells it');

select pg_temp.enviada('ana', null, 'devolvida') as e \gset
select pg_temp.status('wamid.E', 'failed', :'e' || ':1', codigo => 131026);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'e'), 'pendente', 'failed alone takes nothing out of the queue');
select pg_temp.status('wamid.E', 'sent', :'e' || ':1');
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'e'), 'enviada enviada wamid.E', 'sent does: it would go twice');
select is((select array_agg(status_anterior) from tentativas where mensagem_id = :'e' and desfecho = 'liquidada'), '{pendente}', 'from waiting');

select pg_temp.enviada('ana', null, 'devolvida') as f \gset
select fila_cancelar(:'f');
select pg_temp.status('wamid.F', 'read', :'f' || ':1');
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'f'), 'enviada lida wamid.F', 'from cancelada: the customer has it');
select is((select array_agg(status_anterior) from tentativas where mensagem_id = :'f' and desfecho = 'liquidada'), '{cancelada}', 'told once');

-- only the current claim
select pg_temp.enviada('ana', null, 'devolvida') as g \gset
select count(*) from pg_temp.pega();
select pg_temp.status('wamid.G', 'delivered', :'g' || ':1');
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'g'), 'processando', 'an old claim''s status settles nothing');

-- keys that are not ours
select pg_temp.status('wamid.X', 'sent', 'pedido-77');
select pg_temp.status('wamid.Y', 'sent', '------------------------------------:1');
select pg_temp.status('wamid.Z', 'sent', gen_random_uuid() || ':1');
select pg_temp.status(null, 'sent', null);
select is(webhook_apply(10), 4, 'are taken like any other');
select is((select array_agg(erro) from webhook_eventos where wamid in ('wamid.X', 'wamid.Y', 'wamid.Z') or wamid is null),
    array_fill('mensagem desconhecida'::text, array[4]), 'and marked');

-- several of one message in one batch
select pg_temp.enviada('ana', null, null) as h \gset
select pg_temp.status('wamid.H', s, :'h' || ':1') from unnest('{read,failed,sent,delivered,sent}'::text[]) s;
select is(webhook_apply(10), 5, 'all at once');
select is(pg_temp.situacao(:'h'), 'enviada lida wamid.H', 'the highest');
select is((select count(*) from efeitos where tipo = 'fim' and mensagens = array[:'h'::uuid]), 1::bigint, 'sent once');

select * from finish();
rollback;
