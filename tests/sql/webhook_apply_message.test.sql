-- webhook_apply_message, webhook_apply: what people write is kept once and opens the 24 h window.
begin;
select plan(20);
\ir fila_gente.sql
\ir webhook_gente.sql
select pg_temp.escreveu('wamid.1', '5511987650001', 'Oi, tudo bem?', agora() - interval '1 hour');
set local role carteiro_gateway;
select is(webhook_apply(10), 1, 'the gateway may apply');
reset role;
select is(array[m.tipo, m.conteudo, m.wamid, (m.recebida_em = agora() - interval '1 hour')::text, g.quem],
    '{text,"Oi, tudo bem?",wamid.1,true,ana}', 'kept, under the person') from mensagens_recebidas m join gente g on g.id = m.cliente_id;
select is(array[status, controlada_por, ultima_direcao, (janela_24h_ate = agora() + interval '23 hours')::text],
    '{ativa,ai,entrada,true}', 'her conversa is open until 24 h after she wrote') from conversas where cliente_id = pg_temp.de('ana');
select is(array[total_interacoes::text, (ultimo_contato_em = agora() - interval '1 hour')::text], '{1,true}', 'counted') from clientes where id = pg_temp.de('ana');

-- again, and an older one
select pg_temp.escreveu('wamid.1', '5511987650001', 'Oi, tudo bem?', agora() - interval '1 hour');
select pg_temp.escreveu('wamid.0', '5511987650001', 'antes', agora() - interval '2 hours');
select is(webhook_apply(10), 2, 'a repetition and a late one');
select is((select count(*) from mensagens_recebidas), 2::bigint, 'the repetition is none');
select is(array[total_interacoes::text, (ultimo_contato_em = agora() - interval '1 hour')::text], '{2,true}', 'counted once each') from clientes where id = pg_temp.de('ana');
select is(janela_24h_ate, agora() + interval '23 hours', 'the window never shrinks') from conversas where cliente_id = pg_temp.de('ana');

-- with and without the ninth digit it is one person
select pg_temp.escreveu('wamid.2', '553187650003', 'sem o nove');
select count(*) from webhook_apply(10);
select is((select g.quem from mensagens_recebidas m join gente g on g.id = m.cliente_id where wamid = 'wamid.2'), 'caio', 'found by the variants of the phone');

insert into clientes (empresa_id, primeiro_nome, telefone) select casa.id, 'Eva', '+5531977770000' from casa;
select pg_temp.escreveu('wamid.2b', '553177770000', 'sem identidade');
select count(*) from webhook_apply(10);
select is((select c.primeiro_nome from mensagens_recebidas m join clientes c on c.id = m.cliente_id where wamid = 'wamid.2b'), 'Eva', 'and when only the cliente has it');

-- nobody we know
select pg_temp.escreveu('wamid.3', '5521999990000', 'quero marcar', contato => '{"profile": {"name": "Dora Reis"}, "wa_id": "5521999990000"}');
select count(*) from webhook_apply(10);
select is((select c.nome from mensagens_recebidas m join clientes c on c.id = m.cliente_id where wamid = 'wamid.3'), 'Dora Reis', 'is made a cliente');
select is((select c.marketing_permitido from mensagens_recebidas m join clientes c on c.id = m.cliente_id where wamid = 'wamid.3'), false, 'who allowed nothing yet');

-- what cannot be applied is marked and stops nothing
select pg_temp.escreveu('wamid.4', '5511987650001', 'a', numero => '999999999');
select pg_temp.escreveu('wamid.5', 'BR.', 'b');
insert into webhook_eventos (tipo, phone_number_id, wamid, corpo) values ('mensagem', '200000001', 'wamid.6', 'no json');
insert into webhook_eventos (tipo, corpo) values ('flows', '{}'), ('ilegivel', '{}'), ('desconhecido', '7');
select pg_temp.escreveu('wamid.7', '5511987650002', 'depois');
select is(webhook_apply(100), 7, 'all are taken');
select is((select array_agg(wamid order by wamid) from webhook_eventos where erro is not null), '{wamid.4,wamid.5,wamid.6}', 'three are marked');
select ok((select bool_and(erro !~ '551198|BR[.]') from webhook_eventos where erro is not null), 'without anybody''s number');
select is((select count(*) from mensagens_recebidas where wamid = 'wamid.7'), 1::bigint, 'the good one behind them is kept');
select is(pg_temp.por_aplicar(), 0::bigint, 'nothing is left');
select is(webhook_apply(100), 0, 'nothing more');

-- oldest first, at most n
select pg_temp.escreveu('wamid.8', '5511987650001', 'oito'), pg_temp.escreveu('wamid.9', '5511987650001', 'nove');
select is(webhook_apply(1), 1, 'at most n');
select is((select array_agg(w.wamid) from webhook_eventos w join webhook_pendentes p on w.id = any (p.outros)), '{wamid.9}', 'oldest first');

select * from finish();
rollback;
