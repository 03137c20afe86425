-- api_esquema, api_validate, api_validate_consulta, api_erro: what comes in is refused by name, in our own words.
begin;
select plan(33);

create temp view esquema as
select api_esquema('nome: palavra!; texto: texto; tipo: palavra? a|b; n: inteiro?; limite: limite; valor: numero; em: instante; dia: data; quem: uuid; tags: palavras; metadata: objeto; sim: booleano') as e;

create function pg_temp.diz(corpo jsonb) returns text language plpgsql as $$
begin
    perform api_validate((select e from esquema), corpo);
    return null;
exception when sqlstate 'CT422' then
    return sqlerrm;
end $$;
create function pg_temp.diz_consulta(consulta jsonb) returns text language plpgsql as $$
begin
    perform api_validate_consulta((select e from esquema), consulta);
    return null;
exception when sqlstate 'CT422' then
    return sqlerrm;
end $$;

select is(pg_temp.diz('{"nome": "x"}'), null, 'what is required is enough');
select is(pg_temp.diz('{"nome": "x", "tipo": null, "n": null}'), null, 'null where it may be');
select is(pg_temp.diz('{"nome": "x", "texto": null}'), 'texto: expected a string, found null', 'null where it may not');
select is(pg_temp.diz(null), 'nome: expected a value, found nothing', 'no body is an empty one');
select is(pg_temp.diz('{"nome": null}'), 'nome: expected a value, found nothing', 'null is nothing');
select is(pg_temp.diz('[1]'), 'body: expected a JSON object, found array', 'a list is no body');
select is(pg_temp.diz('{"nome": "x", "cor": 1}'), 'body: there is no field "cor"', 'more than there is');
select is(pg_temp.diz('{"nome": 1}'), 'nome: expected a string, found number', 'another type');
select is(pg_temp.diz(jsonb_build_object('nome', repeat('é', 201))), 'nome: expected at most 200 characters, found 201', 'letters are counted, not bytes');
select is(pg_temp.diz(jsonb_build_object('nome', repeat('é', 200))), null, 'as many as may be');
select is(pg_temp.diz('{"nome": "x", "tipo": "c"}'), 'tipo: expected a, b', 'another word; null is none to choose');
select is(pg_temp.diz('{"nome": "x", "n": 2147483648}'), 'n: expected a number from -2147483648 to 2147483647', 'more than an integer holds');
select is(pg_temp.diz('{"nome": "x", "n": 1.0}'), 'n: expected a whole number', 'a fraction');
select is(pg_temp.diz('{"nome": "x", "n": 1e400}'), 'n: expected a number from -2147483648 to 2147483647', 'far more');
select is(pg_temp.diz('{"nome": "x", "valor": 1e10}'), 'valor: expected a number from -999999999 to 999999999', 'a number too large');
select is(pg_temp.diz('{"nome": "x", "valor": 0.5, "sim": true}'), null, 'a number, a yes');
select is(pg_temp.diz('{"nome": "x", "tags": ["a", 1]}'), 'tags: expected a string, found number', 'in a list too');
select is(pg_temp.diz('{"nome": "x", "tags": [["a"]]}'), 'tags: expected a string, found array', 'a list of lists');
select is(pg_temp.diz('{"nome": "x", "tags": {}}'), 'tags: expected a list, found object', 'no list');
select is(pg_temp.diz('{"nome": "x", "metadata": []}'), 'metadata: expected an object, found array', 'no object');
select is(pg_temp.diz('{"nome": "x", "quem": "01a1"}'), 'quem: expected a uuid', 'half an id');
select is(pg_temp.diz('{"nome": "x", "dia": "2026-02-30"}'), 'dia: expected a day such as 2026-12-01', 'a day that never comes');
select is(array(
    select t from unnest('{infinity,-infinity,now,today,epoch,0000-01-01T00:00,294276-12-31T23:59:59Z,2026-13-01,2026-12-01T25:00,2026-12-01T09:00+99:99,1969-12-31T00:00Z,09:00,"",2026-12-01 09}'::text[]) t
    where pg_temp.diz(jsonb_build_object('nome', 'x', 'em', t)) is null), '{}', 'no instants');
select is(array(
    select t from unnest('{2026-12-01,2026-12-01T09:00,2026-12-01 09:00:30,2026-12-01T09:00:30.25-03:00,2026-12-01T09:00Z,2026-12-01T09:00-0300}'::text[]) t
    where pg_temp.diz(jsonb_build_object('nome', 'x', 'em', t)) is not null), '{}', 'instants');

select is(pg_temp.diz_consulta('{"limite": "5", "em": "2026-12-01"}'), null, 'a query');
select is(pg_temp.diz_consulta('{"limite": "0"}'), 'limite: expected a number from 1 to 1000', 'a page of nothing');
select is(pg_temp.diz_consulta('{"limite": "-1"}'), 'limite: expected a number from 1 to 1000', 'less than nothing');
select is(pg_temp.diz_consulta('{"limite": "5x"}'), 'limite: expected a whole number', 'no number');
select is(pg_temp.diz_consulta('{"cor": "azul"}'), 'query: there is no parameter "cor"', 'no such parameter');

select is(api_erro(422, '23514', 'new row for relation "donos" violates check constraint "donos_nome"', '', 'donos', 'donos_nome')::jsonb,
    '{"type": "about:blank", "title": "Unprocessable Content", "status": 422, "detail": "nome: not accepted", "campo": "nome"}',
    'PostgreSQL''s words are not shown');
select is(api_erro(422, '23502', 'null value in column "x"', 'inicio', 'agendamentos', '')::jsonb ->> 'detail',
    'inicio: expected a value, found nothing', 'a column is a field');
select is(api_erro(422, '22023', 'canal email ainda não disponível', 'channel', '', '')::jsonb - '{type,title,status}'::text[],
    '{"detail": "canal email ainda não disponível", "campo": "channel"}', 'a sentence to the letter, and its field beside it');

-- answers: each route has one, and it is made of what there is
select is(array(
    select r.funcao from api_rotas() r where r.tipo = 'application/json'
        and not exists (select from api_respostas() a where a.nome = r.funcao)), '{}', 'every route says what it answers');

select * from finish();
rollback;
