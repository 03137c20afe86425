-- More of what a plain INSERT or UPDATE may not do, by name; and what no error shows.
begin;
select plan(34);
\ir fila_gente.sql
select pg_temp.janela('ana');
create temp table m as select * from modelos;
grant select on m to public;
create function pg_temp.insere(colunas text, valores text) returns text language sql
as $$ select format('insert into fila_mensagens (cliente_id, %s) values (%L, %s)', $1, pg_temp.de('ana'), $2) $$;

set local role carteiro_ops_escrita;
select throws_like(pg_temp.insere('conteudo', $$E' \n\t '$$), 'conteudo: %', 'a text of white space');
select throws_like(pg_temp.insere('conteudo, metadata', $$'{x}', jsonb_build_object('x', repeat('y', 4097))$$), 'conteudo: %4096%', 'too long once filled');
select throws_like(pg_temp.insere('conteudo, destino', $$'x', '11987650001'$$), 'destino: %E.164%', 'a phone without its country');
select throws_like(pg_temp.insere('conteudo, destino', $$'x', 'ana@clinica.com.br'$$), 'destino: %', 'no phone at all');
select throws_like(pg_temp.insere('conteudo, formato', $$'x', 'template'$$), 'modelo_id: %', 'formato template without one');
select throws_like(pg_temp.insere('conteudo, formato', $$'x', 'interativo'$$), 'carga: %interativo%', 'formato interativo without carga');
select throws_like(pg_temp.insere('conteudo, formato, carga', $$'x', 'fax', '{}'$$), 'formato: expected texto, template, interativo, midia or reacao, found "fax"', 'an unknown formato');
select throws_like(pg_temp.insere('conteudo, canal', $$'x', 'fax'$$), 'canal: expected whatsapp, found "fax"', 'an unknown canal');
select throws_like(pg_temp.insere('conteudo, garantia', $$'x', 'talvez'$$), 'garantia: expected no_maximo_uma or%found "talvez"', 'an unknown garantia');
select throws_like(pg_temp.insere('conteudo, origem', $$'x', 'lua'$$), 'origem: expected campanha, %found "lua"', 'an unknown origem');
select throws_like(pg_temp.insere('conteudo, tipo', $$'x', null$$), '%tipo%', 'no tipo');
select throws_like(pg_temp.insere('conteudo, status', $$'x', null$$), 'status: %', 'no status');
select throws_like(pg_temp.insere('conteudo, conversa_id', $$'x', gen_random_uuid()$$), 'conversa_id: %', 'a conversa of nobody');
select throws_like(format('insert into fila_mensagens (cliente_id, modelo_id, parametros) select %L, m.id, ''["a", "b"]'' from m', pg_temp.de('ana')),
    'parametros: expected an array of the 1 values%(nome)', 'too many values for the template');
select throws_like(format('insert into fila_mensagens (cliente_id, modelo_id, parametros) select %L, m.id, ''{"nome": "a", "pet": "b"}'' from m', pg_temp.de('ana')),
    'parametros: %', 'values by other names');
insert into fila_mensagens (cliente_id, modelo_id) select pg_temp.de('ana'), m.id from m;
select is(array[formato, parametros::text], array['template', '["Ana"]'], 'a template alone is a template, also in an open window') from fila_mensagens;
reset role;
select is((select array_agg(formato) from pg_temp.pega()), '{template}', 'and leaves as one');

-- an id of one's own
set local role carteiro_ops_escrita;
insert into fila_mensagens (id, cliente_id, conteudo) values ('00000000-0000-7000-8000-000000000001', pg_temp.de('ana'), 'x');
select throws_ok(pg_temp.insere('id, conteudo', $$'00000000-0000-7000-8000-000000000001', 'x'$$), '23505', null, 'while it waits');
update fila_mensagens set status = 'cancelada' where id = '00000000-0000-7000-8000-000000000001';
select throws_like(pg_temp.insere('id, conteudo', $$'00000000-0000-7000-8000-000000000001', 'x'$$), 'id: %already%', 'and after it ended: its end could not be stored');

-- a new text is checked, and filled, as the first was
insert into fila_mensagens (id, cliente_id, conteudo) values ('00000000-0000-7000-8000-000000000002', pg_temp.de('ana'), 'x');
prepare muda (text) as update fila_mensagens set conteudo = $1 where id = '00000000-0000-7000-8000-000000000002';
execute muda ('Oi {nome}');
select is(conteudo, 'Oi Ana', 'a placeholder is filled') from fila_mensagens where id = '00000000-0000-7000-8000-000000000002';
select throws_like($$execute muda ('Oi {pet}')$$, 'conteudo: %{pet}%', 'one that nothing fills');
select throws_like($$execute muda (repeat('x', 4097))$$, 'conteudo: %4096%', 'too long');
select throws_like($$execute muda (E'\n')$$, 'conteudo: %', 'empty');

-- what has ended stays as it was
create function pg_temp.conta(comando text) returns integer language plpgsql as $$
declare n integer;
begin
    execute comando;
    get diagnostics n = row_count;
    return n;
end $$;
select is(pg_temp.conta($$update fila_mensagens set conteudo = 'outra coisa' where status = 'cancelada'$$), 0, 'nobody rewrites what was');
select is(pg_temp.conta($$update fila_mensagens set status = 'cancelada' where status = 'cancelada'$$), 0, 'cancelled again counts nothing');
select is(pg_temp.conta($$update fila_mensagens set metadata = '{"nota": "ligou"}' where status = 'cancelada'$$), 1, 'a note may be added');
select throws_like($$update fila_mensagens set status = 'pendente' where status = 'cancelada'$$, 'status: %', 'nor brings it back');

-- no error shows what is in a row
create function pg_temp.erro(comando text) returns text language plpgsql as $$
declare
    dito text;
    detalhe text;
begin
    execute comando;
    return 'stored';
exception when others then
    get stacked diagnostics dito = message_text, detalhe = pg_exception_detail;
    return dito || coalesce(detalhe, '');
end $$;
create function pg_temp.cala(comando text, papel text) returns text language sql
as $$ select is(t ~ 'segredo|8765000|stored', false, papel || ': ' || regexp_replace(t, '"[^"]*"', '…', 'g')) from pg_temp.erro(comando) t $$;
select pg_temp.cala(pg_temp.insere('conteudo, max_tentativas', $$'segredo', 99$$), 'ops');
select pg_temp.cala(pg_temp.insere('conteudo, metadata', $$'segredo', '[]'$$), 'ops');
select pg_temp.cala(pg_temp.insere('conteudo, garantia', $$'segredo', 'talvez'$$), 'ops');
select pg_temp.cala($$update fila_mensagens set max_tentativas = 0 where status = 'pendente'$$, 'ops');
select pg_temp.cala(format('select enfileirar(%L, %L, metadata => %L)', pg_temp.de('ana'), 'segredo', '7'), 'ops');
reset role;
select pg_temp.cala(format('update clientes set status = %L where id = %L', 'talvez', pg_temp.de('ana')), 'owner');
select pg_temp.cala($$update fila_mensagens set entrega = 'talvez' where status = 'cancelada'$$, 'owner, in a month');
select * from finish();
rollback;
