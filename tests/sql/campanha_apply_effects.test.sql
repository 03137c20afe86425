-- campanha_apply_effects: the list hears what became of its messages, whatever the order.
begin;
select plan(20);
\ir campanha_pessoas.sql

select id as c from campanha_criar('c', 'promocional', 'Oi {nome}!', modelo => 'oi_nome') \gset
select campanha_iniciar(:'c');
select count(*) from campanha_advance(99, null);
create function pg_temp.diz(uuid) returns text language sql
as $$
    select string_agg(g.quem || ':' || d.status || coalesce('/' || d.entrega, '') || coalesce('/' || d.erro, ''), ' ' order by g.n)
    from campanha_destinatarios d
    join gente g on g.id = d.cliente_id
    where d.campanha_id = $1 and d.exclusao is null
$$;
create function pg_temp.aplica(uuid[], em timestamptz default agora(), ate timestamptz default agora()) returns integer language sql
as $$ select campanha_apply_effects($1, em, ate) $$;
create temp table m as
select g.quem, f.id, f.cliente_id from fila_ativa f join gente g on g.id = f.cliente_id where f.origem_id = :'c';

select is(pg_temp.aplica(array(select id from m)), 0, 'while they wait there is nothing to say');
select is(pg_temp.termina(:'c', '{ana,bia}'), 2, 'two are accepted');
select is(pg_temp.termina(:'c', '{gil}', 'recusada', '131026 não tem WhatsApp'), 1, 'one is refused');
select is(pg_temp.aplica(array(select id from m)), 3, 'three changed');
select is(pg_temp.diz(:'c'), 'ana:enviada/aceita bia:enviada/aceita gil:erro/131026 não tem WhatsApp hugo:na_fila', 'the list');
select is(pg_temp.aplica(array(select id from m)), 0, 'once more changes nothing');
select is(d.encerrada_em, f.encerrada_em, 'when') from campanha_destinatarios d join fila_mensagens f on f.id = d.mensagem_id
where f.destino = '+5511987650001' and d.campanha_id = :'c';

update fila_mensagens set entrega = 'lida', lida_em = agora() where id = (select id from m where quem = 'ana');
update fila_mensagens set entrega = 'falhou', falhou_em = agora(), erro = '131047 janela fechada' where id = (select id from m where quem = 'bia');
select is(pg_temp.aplica(array(select id from m where quem = 'hugo')), 0, 'only those named');
select is(pg_temp.aplica(array(select id from m)), 2, 'what webhooks said');
select is(pg_temp.diz(:'c'),
    'ana:enviada/lida bia:enviada/falhou/131047 janela fechada gil:erro/131026 não tem WhatsApp hugo:na_fila', 'reaches the list');

-- bounds of encerrada_em
select is(pg_temp.termina(:'c', '{hugo}'), 1, 'the last');
select is(pg_temp.aplica(array(select id from m), agora() - interval '1 h', agora() - interval '1 s'), 0, 'before its time');
select is(pg_temp.aplica(array(select id from m), agora() + interval '1 s', agora() + interval '1 h'), 0, 'after it');
select is(pg_temp.aplica(array(select id from m)), 1, 'at its time');
select campanha_advance(99, null);
select is(status, 'concluida', 'and the campaign ends') from campanhas where id = :'c';

-- rows that people wrote
create function pg_temp.finge(origem_id text) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, tipo, origem, origem_id)
    select g.id, 'Oi', 'promocional', 'campanha', $1 from gente g where g.quem = 'ana' returning id
$$;
create temp table falsas as select pg_temp.finge('natal') as id union all select pg_temp.finge(null) union all select pg_temp.finge(:'c');
select is(fila_move(array(select id from falsas), 'cancelada', '{engano}'), 3, 'messages that only say to be of a campaign');
select is(pg_temp.aplica(array(select id from falsas)), 0, 'change no list');
select is(pg_temp.diz(:'c') ~ '^ana:enviada/lida ', true, 'not even hers');
select is(pg_temp.aplica('{}'), 0, 'nothing is nothing');

set local role carteiro_planner;
select is(campanha_apply_effects('{}', now(), now()), 0, 'the planner may');

select * from finish();
rollback;
