-- campanha_relatorio, campanha_progresso, campanha_listar: what people see of a campaign.
begin;
select plan(36);
\ir campanha_pessoas.sql
insert into clientes (id, empresa_id, nome, primeiro_nome, telefone, marketing_permitido)
select ('10000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, casa.id, 'Pessoa ' || i, 'Pessoa',
    '+5511987652' || lpad(i::text, 3, '0'), true
from casa, generate_series(1, 16) i;

select janela_abrir();
select id as c from campanha_criar('Natal', 'promocional', modelo => 'oi_nome', max_por_dia => 18) \gset
select is(campanha_relatorio(:'c'), jsonb_build_object('campanha_id', :'c', 'nome', 'Natal', 'status', 'rascunho',
    'total_destinatarios', 0, 'excluidos', '{}'::jsonb,
    'envios', '{"total": 0, "enviados": 0, "erros": 0, "pendentes": 0, "cancelados": 0, "expirados": 0,
                "entregues": 0, "lidas": 0, "falhas": 0, "taxa_entrega": 0}'::jsonb,
    'respostas', '{"total": 0, "taxa": 0}'::jsonb, 'periodo', '{"inicio": null, "fim": null}'::jsonb,
    'detalhes', '{"top_respondedores": [], "erros_comuns": []}'::jsonb), 'a draft, with every field');
select is(campanha_progresso(:'c') -> 'eta_s', 'null', 'nobody knows how long');

select campanha_iniciar(:'c');
select campanha_freeze(:'c', 9);
select is(campanha_progresso(:'c') - 'ritmo', '{"status": "ativa", "preparados": 4, "enfileirados": 0, "na_fila": 0, "enviadas": 0, "entregues": 0,
    "lidas": 0, "falhas": 0, "erros": 0, "canceladas": 0, "expiradas": 0, "excluidos": 5, "eta_s": null, "termina_em": null}', 'while it lists');
select count(*) from campanha_advance(99, null);
insert into relogio (deslocamento) values (interval '5 seconds');

-- of twenty: ten accepted, of them one delivered, three read, two failed; three refused; one cancelled,
-- one expired; three wait, two are for tomorrow
create temp table m as
select row_number() over (order by f.cliente_id) as n, f.id, f.cliente_id from fila_ativa f where f.origem_id = :'c';
create function pg_temp.encerra(de integer, ate integer, desfecho text, erro text default null) returns integer language sql
as $$
    select pg_temp.registra(array_agg(m.id order by m.n), desfecho, erro) from m where m.n between de and ate
$$;
select pg_temp.encerra(1, 10, 'aceita'), pg_temp.encerra(11, 12, 'recusada', 'não tem WhatsApp'), pg_temp.encerra(13, 13, 'recusada', 'bloqueado');
select fila_move(array(select id from m where n = 14), 'cancelada', '{x}'), fila_move(array(select id from m where n = 15), 'expirada', '{x}');
update fila_mensagens f set entrega = case when m.n = 1 then 'entregue' when m.n <= 4 then 'lida' else 'falhou' end,
    erro = case when m.n > 4 then 'não tem WhatsApp' end
from m where m.id = f.id and m.n <= 6;
update fila_ativa f set status = 'incerta', reserva_ate = agora() from m where m.id = f.id and m.n = 16;
select is(pg_temp.efeitos() > 0, true, 'effects');

select campanha_relatorio(:'c') as r \gset
select is(:'r'::jsonb -> 'envios', '{"total": 20, "enviados": 10, "erros": 3, "pendentes": 5, "cancelados": 1, "expirados": 1,
    "entregues": 4, "lidas": 3, "falhas": 2, "taxa_entrega": 0.5}', 'what became of twenty');
select is(:'r'::jsonb -> 'excluidos', '{"optout": 2, "sem_nome": 1, "sem_telefone": 1, "sem_consentimento": 1}', 'who was left out');
select is(:'r'::jsonb -> 'total_destinatarios', '20', 'the total');
select is(sum(v::integer), 20::bigint, 'the total is the sum') from jsonb_each_text(:'r'::jsonb -> 'envios') e (k, v)
where k in ('enviados', 'erros', 'pendentes', 'cancelados', 'expirados');
select is(:'r'::jsonb -> 'detalhes' -> 'erros_comuns',
    '[{"erro": "não tem WhatsApp", "total": 4}, {"erro": "bloqueado", "total": 1}]', 'errors, the commonest first');
select is((:'r'::jsonb -> 'periodo' ->> 'inicio')::timestamptz, now(), 'since when');
select is(:'r'::jsonb -> 'periodo' -> 'fim', 'null', 'it goes on');
select is(:'r'::jsonb ->> 'status', 'ativa', 'its state');

select campanha_progresso(:'c') as p \gset
select is(:'p'::jsonb - 'ritmo' - 'eta_s' - 'termina_em', '{"status": "ativa", "preparados": 20, "enfileirados": 18, "na_fila": 3, "enviadas": 10, "entregues": 4,
    "lidas": 3, "falhas": 2, "erros": 3, "canceladas": 1, "expiradas": 1, "excluidos": 5}', 'the live line');
select is(:'p'::jsonb ->> 'ritmo', '2.0', 'ten in its first five seconds');
select (date_trunc('day', agora() at time zone 'America/Sao_Paulo') + interval '1 day') at time zone 'America/Sao_Paulo' as amanha \gset
select is((:'p'::jsonb ->> 'termina_em')::timestamptz, :'amanha'::timestamptz + interval '1 second', 'two of five are for tomorrow, at two a second');
select is((:'p'::jsonb ->> 'eta_s')::integer, ceil(extract(epoch from (:'p'::jsonb ->> 'termina_em')::timestamptz - agora()))::integer, 'so many seconds from now');
savepoint antes;
update campanhas set max_por_dia = null where id = :'c';
select is(campanha_progresso(:'c') ->> 'eta_s', '3', 'without a limit five at two a second');
delete from janelas_envio where proposito = 'marketing';
insert into janelas_envio (proposito, dias, inicio, fim) values ('marketing', '{1,2,3,4,5,6,7}', '09:00', '09:00:02');
select is((campanha_progresso(:'c') ->> 'termina_em')::timestamptz at time zone 'America/Sao_Paulo' - ((agora() at time zone 'America/Sao_Paulo')::date + time '09:00'),
    case when (agora() at time zone 'America/Sao_Paulo')::time < '09:00' then interval '1 day' else interval '2 days' end + interval '0.5 seconds', 'in a window of two seconds a day five take two');
rollback to antes;
update relogio set deslocamento = interval '14 seconds';
select is(campanha_progresso(:'c') ->> 'ritmo', '1.0', 'later over the last ten');
update relogio set deslocamento = interval '16 seconds';
select is(campanha_progresso(:'c') ->> 'ritmo', '0.0', 'and then nothing moved');
select is((campanha_progresso(:'c') ->> 'termina_em')::timestamptz, :'amanha'::timestamptz + interval '25 milliseconds', 'so what its number can send counts');

-- replies
create function pg_temp.responde(n bigint, vezes integer) returns void language sql
as $$
    insert into conversas (empresa_id, cliente_id, numero_id)
    select casa.id, m.cliente_id, linha.id from casa, linha, m where m.n = $1
    on conflict do nothing;
    insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, recebida_em)
    select casa.id, m.cliente_id, k.id, linha.id, 'in.' || m.n || '.' || i, 'text', agora() + i * interval '1 s'
    from casa, linha, m join conversas k on k.cliente_id = m.cliente_id, generate_series(1, $2) i
    where m.n = $1;
    update campanha_destinatarios d set respondeu_em = agora() from m where m.n = $1 and d.mensagem_id = m.id
$$;
select pg_temp.responde(1, 1), pg_temp.responde(2, 3);
insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, recebida_em)
select casa.id, m.cliente_id, k.id, linha.id, 'in.before', 'text', agora() - interval '1 day'
from casa, linha, m join conversas k on k.cliente_id = m.cliente_id where m.n = 1;
select campanha_relatorio(:'c') as r \gset
select is(:'r'::jsonb -> 'respostas', '{"total": 2, "taxa": 0.2}', 'two of ten answered');
select is(:'r'::jsonb -> 'detalhes' -> 'top_respondedores', jsonb_build_array(
    jsonb_build_object('cliente_id', b.id, 'nome', 'Bia Silva', 'respostas', 3),
    jsonb_build_object('cliente_id', a.id, 'nome', 'Ana Silva', 'respostas', 1)), 'who wrote most, since their message')
from gente a, gente b where a.quem = 'ana' and b.quem = 'bia';
select pg_temp.responde(n, 1) from generate_series(3, 12) n;
select is(jsonb_array_length(campanha_relatorio(:'c') -> 'detalhes' -> 'top_respondedores'), 10, 'ten at most');

-- the end
update fila_ativa set status = 'pendente', reserva_ate = null;
update relogio set deslocamento = interval '1 day';
select is((select enfileiradas from campanha_advance(99, null)), 2, 'the next day the last two');
select fila_move(array(select id from fila_ativa), 'expirada', '{x}');
select pg_temp.efeitos();
select count(*) from campanha_advance(99, null);
select is(campanha_relatorio(:'c') -> 'envios' ->> 'pendentes', '0', 'nobody waits');
select is(campanha_relatorio(:'c') ->> 'status', 'concluida', 'concluded');
select is((campanha_relatorio(:'c') -> 'periodo' ->> 'fim')::timestamptz, agora(), 'until when');
select is(campanha_progresso(:'c') ->> 'eta_s', '0', 'no more to wait for');

-- listar
select id as d from campanha_criar('Páscoa', 'followup', modelo => 'oi_nome') \gset
update campanhas set created_at = created_at - interval '1 h' where id = :'c';
select is(array(select nome from campanha_listar()), '{Páscoa,Natal}', 'newest first');
select is(array(select nome from campanha_listar(status => 'concluida')), '{Natal}', 'of one status');
select throws_ok($$select campanha_listar(status => 'nova')$$, '22023',
    'status: expected rascunho, agendada, ativa, pausada, concluida or cancelada, found "nova"', 'status is checked');
select empresa_salvar('Clínica B');
select is_empty($$select campanha_listar('Clínica B')$$, 'each company its own');
select throws_ok('select campanha_listar()', '22023', 'empresa: there are 2 — say which (name or id)', 'which one?');

set local role carteiro_ops_leitura;
select lives_ok('select campanha_relatorio(id), campanha_progresso(id) from campanhas', 'who looks may');
select throws_ok('select campanha_relatorio(null)', '22023', 'id: there is no campaign without an id', 'of which campaign?');

select * from finish();
rollback;
