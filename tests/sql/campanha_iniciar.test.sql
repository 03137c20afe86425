-- campanha_iniciar, _pausar, _retomar, _cancelar, _due: the states of a campaign.
begin;
select plan(41);
\ir campanha_pessoas.sql

create function pg_temp.erro(sql text, mensagem text) returns text language sql
as $$ select throws_ok(sql, '22023', mensagem, mensagem) $$;
create function pg_temp.pausada(c campanhas) returns text language sql
as $$ select coalesce(f.pausa_motivo, 'livre') from faixas f where f.id = c.faixa_id $$;

select id as c from campanha_criar('t', 'promocional', modelo => 'oi_nome') \gset
select pg_temp.erro(format('select campanha_pausar(%L)', :'c'), 'id: the campaign is rascunho; only ativa can be paused');
select pg_temp.erro(format('select campanha_retomar(%L)', :'c'), 'id: the campaign is rascunho; only pausada can be resumed');
select pg_temp.erro('select campanha_iniciar(null)', 'id: there is no campaign without an id');

insert into relogio (deslocamento) values (interval '2 hours');
select is(c.status || ' ' || (c.iniciada_em = now() + interval '2 hours'), 'ativa true', 'started now') from campanha_iniciar(:'c') c;
select pg_temp.erro(format('select campanha_iniciar(%L)', :'c'),
    'id: the campaign is ativa; only rascunho or agendada can be started');

select is(c.status || ' ' || c.pausa_motivo || ', ' || pg_temp.pausada(c), 'pausada a pedido, a pedido', 'paused with its lane')
from campanha_pausar(:'c') c;
select pg_temp.erro(format('select campanha_pausar(%L)', :'c'), 'id: the campaign is pausada; only ativa can be paused');
select is(campanha_freeze(:'c', 10), 0, 'a paused campaign lists nobody');
select is(campanha_enqueue(:'c', 10), 0, 'and queues nobody');
select is((select count(*) from campanha_advance(10, 10)), 0::bigint, 'the planner passes it by');
select is(c.status || ' ' || coalesce(c.pausa_motivo, '-') || ', ' || pg_temp.pausada(c), 'ativa -, livre', 'resumed with its lane')
from campanha_retomar(:'c') c;
select is(c.pausa_motivo || ', ' || pg_temp.pausada(c), 'falta estoque, falta estoque', 'a reason of one''s own')
from campanha_pausar(:'c', ' falta estoque ') c;
select is(c.status || ' ' || (c.finalizada_em = agora()) || ', ' || pg_temp.pausada(c), 'cancelada true, campanha cancelada',
    'cancelled: the lane stays shut') from campanha_cancelar(:'c') c;
select pg_temp.erro(format('select campanha_%s(%L)', v.verbo, :'c'), v.mensagem)
from (values
    ('iniciar',  'id: the campaign is cancelada; only rascunho or agendada can be started'),
    ('retomar',  'id: the campaign is cancelada; only pausada can be resumed'),
    ('cancelar', 'id: the campaign is cancelada; only rascunho or agendada or ativa or pausada can be cancelled')) v (verbo, mensagem);
select is(string_agg(a.action, ' ' order by a.id),
    'campanha_criada campanha_iniciada campanha_pausada campanha_retomada campanha_pausada campanha_cancelada', 'audited')
from auditoria a where a.alvo = :'c';
select is(a.payload, '{"motivo": "falta estoque"}', 'with the reason')
from auditoria a where a.alvo = :'c' and a.action = 'campanha_pausada' order by a.id desc limit 1;

select is((campanha_cancelar((campanha_criar('t', 'promocional', modelo => 'oi_nome')).id)).status, 'cancelada', 'a draft may be cancelled');
select is((campanha_iniciar((campanha_criar('t', 'promocional', modelo => 'oi_nome', agendar_para => agora() + interval '1 day')).id)).status,
    'ativa', 'a scheduled one may be started by hand');
select id as velha from campanha_criar('t', 'promocional', modelo => 'oi_nome', valido_ate => agora() + interval '1 hour') \gset
update relogio set deslocamento = interval '4 hours';
select throws_like(format('select campanha_iniciar(%L)', :'velha'), 'id: the campaign was valid until %; nothing would be sent',
    'too late to start');

-- due
select id as cedo from campanha_criar('cedo', 'promocional', modelo => 'oi_nome', agendar_para => agora() + interval '1 hour') \gset
select id as tarde from campanha_criar('tarde', 'promocional', modelo => 'oi_nome', agendar_para => agora() + interval '2 hours') \gset
select id as nunca from campanha_criar('nunca', 'promocional', modelo => 'oi_nome', agendar_para => agora() + interval '30 minutes',
    valido_ate => agora() + interval '40 minutes') \gset
select is_empty('select campanha_due()', 'before its time nothing starts');
update relogio set deslocamento = interval '5 hours';
select is(array(select campanha_due()), array[:'cedo'::uuid], 'at its time it does');
select is((select status || ' ' || (iniciada_em = agora()) from campanhas where id = :'cedo'), 'ativa true', 'now');
select is((select status from campanhas where id = :'nunca'), 'cancelada', 'one that nobody started in time is over');
select is((select status from campanhas where id = :'tarde'), 'agendada', 'the other waits');
select is_empty('select campanha_due()', 'once');
update relogio set deslocamento = interval '9 days';
select is(array(select campanha_due()), array[:'tarde'::uuid], 'after an outage it starts late');
select is(count(*), 1::bigint, 'its start is audited once') from auditoria where alvo = :'cedo' and action = 'campanha_iniciada';

-- what a row may not say
select throws_ok(format('update campanhas set status = %L where id = %L', v.status, :'velha'), '23514', null, v.status || ' needs its times')
from (values ('ativa'), ('pausada'), ('concluida'), ('cancelada'), ('agendada')) v (status);

-- roles
set local role carteiro_planner;
select lives_ok('select campanha_due()', 'the planner may look for due ones');
select throws_ok(format('select campanha_cancelar(%L)', :'tarde'), '42501', null, 'and cancels nothing');
select throws_ok('select * from campanhas', '42501', null, 'nor reads');
set local role carteiro_ops_escrita;
select lives_ok(format('select campanha_pausar(%L)', :'tarde'), 'ops may pause');
select lives_ok(format('select campanha_retomar(%L)', :'tarde'), 'resume');
select lives_ok(format('select campanha_cancelar(%L)', :'tarde'), 'cancel');
select throws_ok(format('select campanha_freeze(%L, 1)', :'tarde'), '42501', null, 'the planner''s work is the planner''s');

select * from finish();
rollback;
