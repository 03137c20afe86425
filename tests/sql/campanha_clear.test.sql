-- campanha_clear: what a cancelled campaign left behind, n at a time.
begin;
select plan(25);
\ir campanha_pessoas.sql

select id as a from campanha_criar('a', 'followup', modelo => 'oi_nome', max_por_dia => 2) \gset
select id as b from campanha_criar('b', 'followup', modelo => 'oi_nome', max_por_dia => null) \gset
select campanha_iniciar(:'a'), campanha_iniciar(:'b');
select campanha_freeze(:'a', 99), campanha_freeze(:'b', 99), campanha_enqueue(:'a', 99), campanha_enqueue(:'b', 99);
select is(pg_temp.fila(:'a') || ' | ' || pg_temp.fila(:'b'), 'ana bia | ana bia gil hugo', 'two campaigns wait');
select is(campanha_clear(100), 0, 'nobody cancelled: nothing to do');

-- ana's message of a is being sent, hugo's of b has an unknown outcome
update fila_ativa
set status = 'processando', reserva_seq = 1, reservada_por = 't', processando_desde = agora(), reserva_ate = agora() + interval '1 minute'
where origem_id = :'a' and destino = '+5511987650001';
update fila_ativa set status = 'incerta', reserva_seq = 1, reserva_ate = agora() + interval '10 minutes'
where origem_id = :'b' and destino = '+5511987650008';
select campanha_cancelar(:'a'), campanha_cancelar(:'b');
update campanhas set finalizada_em = agora() - interval '1 minute' where id = :'a';

select is(campanha_clear(2), 2, 'two: a row of the queue and a person of the list');
select is(pg_temp.fila(:'a'), null, 'no row of a waits');
select is(campanha_clear(1), 1, 'the last person of its list');
select is(string_agg(g.quem || ':' || d.status, ' ' order by g.n), 'ana:na_fila bia:na_fila gil:cancelada hugo:cancelada',
    'the list') from campanha_destinatarios d join gente g on g.id = d.cliente_id
where d.campanha_id = :'a' and d.exclusao is null;
select is(pg_temp.fila(:'b'), 'ana bia gil', 'b had to wait');
select is(campanha_clear(100), 3, 'now it goes');
select is(campanha_clear(100), 0, 'and that is all');
select is(array_agg(k.limpa_em is null), '{t,t}', 'neither is done with: one is being sent, one uncertain')
from campanhas k where k.id in (:'a', :'b');
select is(erro || ' ' || status, 'campanha_cancelada cancelada', 'the message says why')
from fila_mensagens where origem_id = :'b' and destino = '+5511987650001';
select is(pg_temp.efeitos(), 4::bigint, 'effects');
select is(string_agg(g.quem || ':' || d.status, ' ' order by g.n), 'ana:na_fila bia:cancelada gil:cancelada hugo:cancelada',
    'reach the list') from campanha_destinatarios d join gente g on g.id = d.cliente_id
where d.campanha_id = :'a' and d.exclusao is null;

-- ana's comes back throttled, hugo's after quarantine
update fila_ativa set status = 'pendente', reservada_por = null, processando_desde = null, reserva_ate = null;
select is(campanha_clear(100), 2, 'what comes back is cleared too');
select is(array_agg(k.limpa_em = agora()), '{t,t}', 'and now both are done with')
from campanhas k where k.id in (:'a', :'b');
select is(count(*), 0::bigint, 'the queue is empty') from fila_ativa;

-- one accepted in the last moment
select id as c from campanha_criar('c', 'promocional', modelo => 'oi_nome', filtro_tags => '{manha}') \gset
select campanha_iniciar(:'c');
select campanha_advance(99, null);
update fila_ativa
set status = 'processando', reserva_seq = 1, reservada_por = 't', processando_desde = agora(), reserva_ate = agora() + interval '1 minute';
select campanha_cancelar(:'c');
select is(campanha_clear(100), 0, 'it is its sender''s');
select pg_temp.termina(:'c', '{ana}');
select is(campanha_clear(100), 0, 'nothing is left');
select is(limpa_em is not null, true, 'done with') from campanhas where id = :'c';
select pg_temp.efeitos();
select is(d.status, 'enviada', 'ana has it, and the list says so') from campanha_destinatarios d where d.campanha_id = :'c' and d.exclusao is null;
select is(campanha_relatorio(:'c') -> 'envios' -> 'enviados', '1', 'and the report');

-- a draft
select id as d from campanha_criar('d', 'promocional', modelo => 'oi_nome') \gset
select campanha_cancelar(:'d');
select is(campanha_clear(100), 0, 'a draft has nothing');
select is(limpa_em is not null, true, 'done with at once') from campanhas where id = :'d';
select throws_ok(format('update campanhas set status = %L, finalizada_em = null where id = %L', 'rascunho', :'d'), '23514', null,
    'only a cancelled campaign is cleared');

set local role carteiro_planner;
select is(campanha_clear(1), 0, 'the planner may');

select * from finish();
rollback;
