-- What a message says about itself goes with it wherever it moves, and whether the 24 h window was
-- closed is the window's state, not the body's.
begin;
select plan(14);
\ir fila_gente.sql
select id as m from modelos \gset
select pg_temp.janela('ana');
create function pg_temp.leva(id uuid) returns text language sql
as $$ select concat_ws(' ', f.resposta_a, f.digitando, coalesce(f.fora_da_janela::text, '-')) from fila_mensagens f where f.id = $1 $$;
create function pg_temp.cita(quem text, modelo bigint default null) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, conteudo, modelo_id, resposta_a, digitando)
    values (pg_temp.de($1), 'Oi', $2, 'wamid.dela', true)
    returning id
$$;

create temp table antes (linha jsonb);
create function pg_temp.guarda(id uuid) returns void language sql
as $$ delete from antes; insert into antes select to_jsonb(f) from fila_mensagens f where f.id = $1 $$;
create function pg_temp.mudou(id uuid) returns text language sql
as $$
    select string_agg(k.chave, ' ' order by k.chave)
    from fila_mensagens f
    cross join antes a
    cross join lateral jsonb_object_keys(to_jsonb(f)) as k (chave)
    where f.id = $1 and to_jsonb(f) -> k.chave is distinct from a.linha -> k.chave
$$;

-- accepted
select pg_temp.cita('ana') as a \gset
select is(pg_temp.leva(:'a'), 'wamid.dela t -', 'as it was written');
select is(array[p.id::text, p.resposta_a, p.digitando::text, p.fora_da_janela::text, p.is_sonda::text], array[:'a', 'wamid.dela', 'true', 'false', 'false'], 'the claim tells')
from linha cross join lateral fila_claim('teste', 60000, array[linha.id], '{5}', '{0}', '{1}', '{null}', '{null}') p;
select pg_temp.guarda(:'a') \g /dev/null
select is(pg_temp.grava(:'a', 1, 'aceita', 'wamid.1'), '1 0 0', 'sent');
select is(pg_temp.mudou(:'a'), 'encerrada_em entrega enviada_em processando_desde reserva_ate reservada_por status wamid', 'only what its end decides has changed');
select is(pg_temp.leva(:'a'), 'wamid.dela t false', 'in its month too');

-- refused, put back into the queue, cancelled
select pg_temp.cita('bia', :m) as b \gset
select is((select array_agg(formato) from pg_temp.pega()), '{template}', 'outside the window');
select is(pg_temp.grava(:'b', 1, 'recusada', erro => 'x'), '1 0 0', 'refused');
select is(pg_temp.leva(:'b'), 'wamid.dela t true', 'in its month');
select fila_reprocessar(:'b') \g /dev/null
select is(pg_temp.leva(:'b'), 'wamid.dela t true', 'back in the queue');
select pg_temp.guarda(:'b') \g /dev/null
select fila_cancelar(:'b') \g /dev/null
select is(pg_temp.leva(:'b'), 'wamid.dela t true', 'cancelled');
select is(pg_temp.mudou(:'b'), 'encerrada_em erro status', 'and nothing else has changed');

-- the window, not the body
select id as c from pg_temp.nova('ana', null, :m) as n (id) \gset
select is(f.formato, 'template', 'a template only') from fila_mensagens f where f.id = :'c';
select is((select array_agg(formato) from pg_temp.pega()), '{template}', 'goes as one');
select is(pg_temp.leva(:'c'), 'f false', 'to a person who is inside the window');
select * from finish();
rollback;
