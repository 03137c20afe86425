-- fila_settle_late, through fila_record: what is said of a row that is not live under its reserva any
-- more, and how the story in tentativas reads.
begin;
select plan(17);
\ir fila_gente.sql
select pg_temp.janela('ana');

-- evidence that settles tells from which state; once
select pg_temp.nova('ana') as a \gset
select count(*) from pg_temp.pega();
select pg_temp.grava(:'a', 1, 'desconhecida');
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '1 0 0', 'late evidence settles an incerta row');
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.A'), '0 1 0', 'and again');
select is((select array_agg(concat_ws(' ', desfecho, status_anterior, wamid) order by id) from tentativas where mensagem_id = :'a'),
    '{desconhecida,"liquidada incerta wamid.A"}', 'told once');
select is((select count(*) from efeitos where mensagens = array[:'a'::uuid]), 1::bigint, 'one effect');

-- nobody is told twice of what a sender accepted in time
select pg_temp.nova('ana') as b \gset
select count(*) from pg_temp.pega();
select pg_temp.grava(:'b', 1, 'aceita', 'wamid.B');
select is((select count(*) from tentativas where mensagem_id = :'b'), 0::bigint, 'an acceptance in time is no evidence');

-- a zombie's answer and that of the claim which overtook it, in one batch, in both orders
create function pg_temp.duas(m uuid, primeira bigint, desfecho text, segunda bigint, outro text) returns text language sql
as $$
    select format('%s %s %s', r.gravadas, r.liquidadas, r.zumbis)
    from fila_record('teste', 600000, array[m, m], array[primeira, segunda], array[desfecho, outro], '{null,null}', '{null,null}',
        '{null,null}', array['wamid.' || primeira, 'wamid.' || segunda], '{null,null}', '{null,null}', '{0,0}') r
$$;
create function pg_temp.ultrapassada() returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.nova('ana');
begin
    perform pg_temp.pega();
    perform pg_temp.grava(m, 1, 'devolvida');
    update fila_ativa set agendar_para = agora() where id = m;
    perform pg_temp.pega();
    return m;
end
$$;
select pg_temp.ultrapassada() as c \gset
select is(pg_temp.duas(:'c', 1, 'aceita', 2, 'aceita'), '1 0 1', 'both are kept');
select is(array[status, wamid], '{enviada,wamid.2}', 'the newer one is the row''s') from fila_mensagens where id = :'c';
select is((select array_agg(desfecho || ' ' || wamid) from tentativas where mensagem_id = :'c'), '{"zumbi wamid.1"}', 'the older one''s wamid is not lost');
select pg_temp.ultrapassada() as d \gset
select is(pg_temp.duas(:'d', 2, 'limitada', 1, 'aceita'), '1 0 1', 'in the other order');
select is(array[status, reserva_seq::text], '{pendente,2}', 'the newer one decides') from fila_mensagens where id = :'d';
select is((select array_agg(wamid) from tentativas where mensagem_id = :'d' and desfecho = 'zumbi'), '{wamid.1}', 'and the zombie is told');

-- ended unsent, by a transaction that began after ours: we waited for it
select pg_temp.nova('ana') as e \gset
select count(*) from pg_temp.pega();
select pg_temp.grava(:'e', 1, 'desconhecida');
insert into relogio (deslocamento) values ('3 minutes');
select fila_cancelar(:'e');
update relogio set deslocamento = '0';
select is(pg_temp.grava(:'e', 1, 'aceita', 'wamid.E'), '0 1 0', 'what ended after we began to wait is found');
select is(array[status, wamid, (enviada_em > encerrada_em)::text], '{enviada,wamid.E,true}', 'and settled') from fila_mensagens where id = :'e';
select is((select array_agg(status_anterior) from tentativas where mensagem_id = :'e' and desfecho = 'liquidada'), '{cancelada}', 'from cancelada');
delete from relogio;

-- a refusal of what a person ended meanwhile changes nothing; of what nobody knows it is kept
select pg_temp.nova('ana') as f \gset
select count(*) from pg_temp.pega();
select pg_temp.grava(:'f', 1, 'desconhecida');
select fila_cancelar(:'f');
select is(pg_temp.grava(:'f', 1, 'recusada', codigo => 131026), '0 1 0', 'refused after it was cancelled');
select is(array[status, erro_codigo::text], '{cancelada,null}', 'stays cancelled') from fila_mensagens where id = :'f';
select is(pg_temp.grava(gen_random_uuid(), 1, 'aceita', 'wamid.X'), '0 0 1', 'a message that is not there is a zombie''s');
select * from finish();
rollback;
