-- efeitos_apply: what finished messages change elsewhere: exact, in any order, once.
begin;
select plan(21);
\ir fila_gente.sql
\ir webhook_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.contato(quem text) returns text language sql
as $$ select concat_ws(' ', c.total_interacoes, (extract(epoch from agora() - c.ultimo_contato_em)::integer || ' s')) from clientes c where c.id = pg_temp.de($1) $$;

-- an accepted message is an interaction of its conversa
select pg_temp.janela('ana');
select pg_temp.enviada('ana', 'wamid.1') as a \gset
set local role carteiro_planner;
select is(efeitos_apply(20), 1, 'one message');
select is(efeitos_apply(20), 0, 'once');
reset role;
select is(pg_temp.contato('ana'), '1 0 s', 'counted, and when');
select is(array[controlada_por, ultima_direcao, (ultima_interacao_em = agora())::text], '{ai,saida,true}', 'her conversa moved') from conversas;
select is(f.conversa_id, c.id, 'and is named by the message') from fila_mensagens f, conversas c where f.id = :'a';

-- a conversa that is missing is opened; two at once are one
insert into fila_mensagens (cliente_id, modelo_id, tipo) select pg_temp.de('bia'), m.id, 'resposta' from modelos m, generate_series(1, 2);
select pg_temp.depois('10 s');
select pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.b' || p.id) from pg_temp.pega() p;
select is(efeitos_apply(1), 1, 'n is rows of efeitos');
select is(efeitos_apply(20), 1, 'the other');
select is(pg_temp.contato('bia'), '2 0 s', 'both counted');
select is(array_agg(array[status, controlada_por, ultima_direcao, janela_24h_ate::text]), '{{ativa,ai,saida,null}}', 'one conversa, without a window')
from conversas where cliente_id = pg_temp.de('bia');

-- what was not sent is no interaction
select pg_temp.enviada('ana', null, 'recusada') as r \gset
select pg_temp.nova('ana') as x \gset
select fila_cancelar(:'x');
select is(efeitos_apply(20), 2, 'taken');
select is(pg_temp.contato('ana'), '1 10 s', 'nothing counted');

-- cancelled, then settled by evidence: two effects, one interaction, whoever takes them when
create function pg_temp.tarde(wamid text) returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.enviada('ana', null, 'devolvida');
begin
    perform fila_cancelar(m);
    perform pg_temp.grava(m, 1, 'aceita', tarde.wamid);
    return m;
end
$$;
select pg_temp.tarde('wamid.t1') as t1 \gset
select is((select array_agg(tipo) from efeitos), '{fim,fim}', 'two ends');
select is(efeitos_apply(1), 1, 'the first alone');
select is(efeitos_apply(1), 1, 'then the other');
select is(pg_temp.contato('ana'), '2 0 s', 'one interaction');
select pg_temp.tarde('wamid.t2') as t2 \gset
select is(efeitos_apply(20), 1, 'both together');
select is(pg_temp.contato('ana'), '3 0 s', 'one interaction again');

-- a wa_id that Meta answered is learnt
select pg_temp.nova('ana') as w \gset
select count(*) from pg_temp.pega();
select count(*) from fila_record('teste', 0, array[:'w'::uuid], '{1}', '{aceita}', '{null}', '{null}', '{null}', '{wamid.w}', '{551187650001}', '{null}', '{0}');
select count(*) from efeitos_apply(20);
select is((select count(*) from identidades where cliente_id = pg_temp.de('ana') and tipo = 'wa_id' and valor = '551187650001'), 1::bigint, 'learnt');

-- ten times two thousand in one session
create temp table tempos (ms double precision);
insert into clientes (empresa_id, primeiro_nome, telefone) select casa.id, 'P' || i, '+55119' || (70000000 + i) from casa, generate_series(1, 2000) i;
do $$
declare
    inicio timestamptz;
    seqs bigint[];
    ids uuid[];
begin
    for volta in 1..10 loop
        insert into fila_mensagens (cliente_id, modelo_id, tipo)
        select c.id, m.id, 'resposta' from clientes c, modelos m where c.telefone like '+55119700_____' limit 2000;
        select array_agg(p.id), array_agg(p.reserva_seq) into ids, seqs from pg_temp.pega(2000) p;
        perform fila_record('teste', 0, ids, seqs, array_fill('aceita'::text, array[2000]), array_fill(null::text, array[2000]),
            array_fill(null::integer, array[2000]), array_fill(null::text, array[2000]),
            array(select 'wamid.' || i from unnest(ids) i), array_fill(null::text, array[2000]), array_fill(null::text, array[2000]),
            array_fill(0::bigint, array[2000]));
        inicio := clock_timestamp();
        perform efeitos_apply(20);
        insert into tempos values (extract(epoch from clock_timestamp() - inicio) * 1000);
    end loop;
end
$$;
select is((select sum(total_interacoes) from clientes where telefone like '+55119700_____'), 20000::bigint, 'each counted');
select is((select count(*) from efeitos), 0::bigint, 'nothing is left');
select cmp_ok((select percentile_cont(0.5) within group (order by ms) from tempos), '<', 800::double precision, '2,000 messages in less than 0.8 s');
select * from finish();
rollback;
