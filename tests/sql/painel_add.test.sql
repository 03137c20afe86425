-- painel_add, painel_forget, painel_refazer: the summary of dashboards is the finished rows, message by
-- message, less what waits to be applied; whatever comes late, twice, in another order, or goes back.
begin;
select plan(30);
\ir fila_gente.sql
\ir webhook_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
select pg_temp.janela('ana');

-- what is wrong with the summary; null: nothing
create function pg_temp.erro() returns text language sql
as $$
    with linha as (
        select date_trunc('hour', f.encerrada_em, 'UTC') as hora, f.empresa_id, f.numero_id, painel_campanha(f.origem_id) as campanha_id,
            f.origem, f.tipo, count(*) filter (where f.status = 'enviada') as enviadas,
            count(*) filter (where f.entrega in ('entregue', 'lida')) as entregues, count(*) filter (where f.entrega = 'lida') as lidas,
            count(*) filter (where f.entrega = 'falhou') as falhas, count(*) filter (where f.status = 'erro') as erros,
            count(*) filter (where f.status = 'cancelada') as canceladas, count(*) filter (where f.status = 'expirada') as expiradas,
            sum(case when f.status = 'enviada'
                then greatest((extract(epoch from f.enviada_em - greatest(f.agendar_para, f.created_at)) * 1000)::bigint, 0) else 0 end) as espera_ms
        from fila_mensagens f
        where f.encerrada_em < 'infinity'
        group by 1, 2, 3, 4, 5, 6
    ), resumo as (
        select r.hora, r.empresa_id, r.numero_id, r.campanha_id, r.origem, r.tipo, r.enviadas, r.entregues, r.lidas, r.falhas, r.erros,
            r.canceladas, r.expiradas, r.espera_ms
        from resumo_horas r
        where (r.enviadas, r.entregues, r.lidas, r.falhas, r.erros, r.canceladas, r.expiradas) is distinct from (0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint)
    ), erro as (
        select date_trunc('hour', f.encerrada_em, 'UTC') as hora, painel_campanha(f.origem_id) as campanha_id, coalesce(f.erro_codigo, 0) as codigo,
            count(*) filter (where f.status = 'erro') as erros, count(*) filter (where f.entrega = 'falhou') as falhas
        from fila_mensagens f
        where f.encerrada_em < 'infinity' and (f.status = 'erro' or f.entrega = 'falhou')
        group by 1, 2, 3
    ), resumo_erro as (
        select r.hora, r.campanha_id, r.codigo, sum(r.erros)::bigint as erros, sum(r.falhas)::bigint as falhas
        from resumo_erros r
        group by 1, 2, 3
        having sum(r.erros) <> 0 or sum(r.falhas) <> 0
    )
    select string_agg(x.diferenca, e'\n') from (
        select 'rows ' || l::text as diferenca from (select * from linha except all select * from resumo) l
        union all
        select 'summary ' || l::text from (select * from resumo except all select * from linha) l
        union all
        select 'errors ' || l::text from (select * from erro except all select * from resumo_erro) l
        union all
        select 'summary of errors ' || l::text from (select * from resumo_erro except all select * from erro) l) x
$$;
create function pg_temp.aplica() returns text language plpgsql
as $$
begin
    while efeitos_apply(20) > 0 loop
    end loop;
    perform efeitos_apply(20, 1000); -- only what waits beside the effects
    return pg_temp.erro();
end
$$;

select is(pg_temp.aplica(), null, 'nothing is nothing');
select pg_temp.enviada('ana', 'wamid.1') as a \gset
select isnt(pg_temp.erro(), null, 'not before the effect');
select is(pg_temp.aplica(), null, 'sent');
select is(r.enviadas, 1::bigint, 'one row') from resumo_horas r;

-- delivery, in one batch and in several, late, twice, in the wrong order
select pg_temp.enviada('ana', 'wamid.2') as b \gset
select pg_temp.status('wamid.2', 'delivered'), webhook_apply(10);
select pg_temp.status('wamid.2', 'read'), webhook_apply(10);
select is((select array_agg(tipo) from efeitos), '{fim,entrega,entrega}', 'an end and two deliveries');
select is(efeitos_apply(1), 1, 'the end, when it is read already');
select is(pg_temp.aplica(), null, 'all of it');
select pg_temp.enviada('ana', 'wamid.3') as c \gset
select pg_temp.aplica();
select pg_temp.depois('3 h');
select pg_temp.status('wamid.3', 'read'), pg_temp.status('wamid.1', 'failed', null, agora(), 131026), webhook_apply(10);
select pg_temp.status('wamid.3', 'delivered'), pg_temp.status('wamid.3', 'read'), webhook_apply(10);
select is(pg_temp.aplica(), null, 'hours later, twice, and one that failed: in the hour of their end');
select is((select sum(r.falhas) from resumo_erros r where r.codigo = 131026 and r.classe = 'destinatario'), 1::numeric, 'by code and class');
select is((select distinct p.descricao from painel_erros p where p.codigo = 131026), erro_descrever(131026), 'in words');
select ok((select p.descricao from painel_erros p where p.codigo = 131026 limit 1) ~ '^não entregue', 'as reports say it');
select pg_temp.status('wamid.1', 'delivered'), webhook_apply(10);
select is(pg_temp.aplica(), null, 'failed and delivered after all');
select pg_temp.enviada('ana', 'wamid.4') as d \gset
select pg_temp.status('wamid.4', 'failed'), webhook_apply(10);
select is(pg_temp.aplica(), null, 'failed without a code');
select pg_temp.status('wamid.4', 'failed', null, agora(), 131049), webhook_apply(10);
select is(pg_temp.aplica(), null, 'which comes later');

-- ended unsent, then sent: counted, not counted, both at once
create function pg_temp.tarde(wamid text, is_counted boolean) returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.enviada('ana', null, 'devolvida');
begin
    perform fila_cancelar(m);
    if is_counted then
        perform pg_temp.aplica();
    end if;
    perform pg_temp.depois('1 s');
    perform pg_temp.grava(m, 1, 'aceita', tarde.wamid);
    return m;
end
$$;
select pg_temp.tarde('wamid.t1', true) as t1 \gset
select is(pg_temp.aplica(), null, 'counted as cancelled, then settled');
select pg_temp.tarde('wamid.t2', false) as t2 \gset
select is(efeitos_apply(1), 1, 'settled before the first end was counted');
select is(pg_temp.aplica(), null, 'is not cancelled');
select pg_temp.tarde('wamid.t3', false) as t3 \gset
select is(pg_temp.aplica(), null, 'nor when both are applied at once');

-- back into the queue
select pg_temp.enviada('ana', null, 'recusada') as e \gset
select pg_temp.aplica();
select fila_reprocessar(:'e');
select is(pg_temp.aplica(), null, 'back in the queue: no end');
select pg_temp.depois('1 s');
select fila_cancelar(:'e');
select fila_reprocessar(:'e');
select is(pg_temp.aplica(), null, 'nor when it was not counted yet');
select fila_cancelar(:'e');
select is(pg_temp.aplica(), null, 'until it ends again');

-- a campaign and its answers, in the hour of its message
select c.id as k from campanha_criar('c', 'promocional', 'Oi {nome}!', modelo => 'oi_nome') c \gset
select pg_temp.nova('ana') as n \gset
update clientes set marketing_permitido = true where id = pg_temp.de('ana');
update fila_mensagens set origem = 'campanha', origem_id = :'k' where id = :'n';
insert into campanha_destinatarios (campanha_id, cliente_id, mensagem_id, status) values (:'k', pg_temp.de('ana'), :'n', 'na_fila');
select pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.n') from pg_temp.pega() p;
select pg_temp.depois('2 h');
select campanha_answered(pg_temp.de('ana'), :'n', :'k', agora()), campanha_answered(pg_temp.de('ana'), :'n', :'k', agora());
select is(pg_temp.aplica(), null, 'a campaign''s message');
select is(array[r.enviadas, r.respostas], '{1,1}', 'answered once') from resumo_horas r where r.campanha_id = :'k';

-- set aside and tried again
select pg_temp.enviada('ana', 'wamid.5') as f \gset
select pg_temp.status('wamid.5', 'read'), webhook_apply(10);
with fora as (delete from efeitos where tipo = 'entrega' returning *)
insert into efeitos_retidos (id, tipo, em, ate, mensagens, antes, depois, sem_conta, erro) select id, tipo, em, ate, mensagens, antes, depois, sem_conta, 'x' from fora;
select pg_temp.aplica();
insert into efeitos (tipo, em, ate, mensagens, antes, depois, sem_conta) select tipo, em, ate, mensagens, antes, depois, sem_conta from efeitos_retidos;
delete from efeitos_retidos;
select is(pg_temp.aplica(), null, 'set aside and tried again');

-- counted anew, also with effects waiting
select pg_temp.enviada('ana', 'wamid.6') as g \gset
select pg_temp.status('wamid.6', 'read'), pg_temp.status('wamid.2', 'failed', null, agora(), 131000), webhook_apply(10);
select efeitos_apply(1);
select pg_temp.tarde('wamid.t4', false) as t4 \gset
create temp table antes as select * from resumo_horas;
create temp table erros_antes as select * from resumo_erros where erros <> 0 or falhas <> 0;
select is(painel_refazer(date_trunc('hour', agora(), 'UTC') - interval '3 days', date_trunc('hour', agora(), 'UTC') + interval '1 h'),
    (select count(*) from fila_mensagens where encerrada_em < 'infinity'), 'counted anew');
select is((select count(*) from (select * from antes except all select * from resumo_horas) x), 0::bigint, 'what waits in efeitos is left to them');
select is((select count(*) from (select * from erros_antes except all select * from resumo_erros) x), 0::bigint, 'errors too');
select is(pg_temp.aplica(), null, 'and comes');
select throws_ok($$select painel_refazer('2020-01-01 00:00Z', '2020-01-02 00:00Z')$$, '22023', null, 'not of months that are gone');
select throws_ok($$select painel_refazer(date_trunc('hour', now()) + interval '1 min', date_trunc('hour', now()) + interval '1 h')$$, '22023',
    'de, ate: whole hours', 'only whole hours');

select * from finish();
rollback;
