-- Segments: criteria, saved and predefined ones, preview; and campaigns that take them.
begin;
select plan(40);
\ir campanha_pessoas.sql
update clientes c set total_interacoes = 7, ultimo_contato_em = agora() - interval '3 days' from gente g where g.id = c.id and g.quem in ('ana', 'gil');
update clientes c set ultimo_contato_em = agora() - interval '40 days' from gente g where g.id = c.id and g.quem in ('bia', 'hugo');
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, interno)
select casa.id, 'Dona', '+5511987659999', true, true from casa;

create function pg_temp.quantos(criterios jsonb) returns text language sql
as $$ select (p ->> 'total') || coalesce(' ' || nullif((p -> 'excluidos')::text, '{}'), '') from segmento_previa(criterios) p $$;
select is(pg_temp.quantos('{}'), '5 {"optout": 2, "sem_telefone": 1, "sem_consentimento": 1}', 'everybody but owners');
select is(pg_temp.quantos('{"especialidade": "Pediatria"}'), '1 {"optout": 1, "sem_telefone": 1}', 'by specialty');
select is(pg_temp.quantos('{"especialidade": ["Ortopedia", "Anestesiologia"]}'), '3 {"sem_consentimento": 1}', 'any of');
select is(pg_temp.quantos('{"regiao": "abc"}'), '1 {"optout": 1, "sem_telefone": 1, "sem_consentimento": 1}', 'by region');
select is(pg_temp.quantos('{"tag": ["vip", "manha"]}'), '1', 'all of the tags');
select is(pg_temp.quantos('{"status": "optout"}'), '0 {"optout": 2}', 'by status');
select is(pg_temp.quantos('{"engajamento": 5}'), '2', 'by interactions');
select is(pg_temp.quantos('{"engajamento": 8}'), '0', 'at least');
select is(pg_temp.quantos('{"ultimo_contato": 7}'), '2', 'contact in the last seven days');
select is(pg_temp.quantos('{"ultimo_contato": "2 dias"}'), '0', 'not in two');
select is(pg_temp.quantos(jsonb_build_object('ultimo_contato', agora() - interval '41 days')), '4', 'since an instant');
select is(pg_temp.quantos('{"inativo_desde": 30}'), '3 {"optout": 2, "sem_telefone": 1, "sem_consentimento": 1}', 'none for thirty days, or ever');
select is(pg_temp.quantos(jsonb_build_object('inativo_desde', agora() - interval '1 day')), '5 {"optout": 2, "sem_telefone": 1, "sem_consentimento": 1}', 'since an instant');
select is(pg_temp.quantos('{"regiao": "sul", "engajamento": 5}'), '1', 'together');
select is(p -> 'amostra' -> 0, '{"nome": "Ana Silva", "regiao": "abc", "especialidade": "Anestesiologia"}', 'a sample')
from segmento_previa('{"especialidade": "Anestesiologia"}') p;
insert into clientes (empresa_id, primeiro_nome, telefone, marketing_permitido, regiao)
select casa.id, 'P', '+5511987652' || lpad(i::text, 3, '0'), true, 'norte' from casa, generate_series(1, 12) i;
select is(jsonb_array_length(segmento_previa('{"regiao": "norte"}') -> 'amostra'), 10, 'of ten');

-- what is refused
select throws_ok($$select segmento_previa('{"bairro": "x"}')$$, '22023', 'criterios: unknown criterion "bairro"', 'an unknown one, by name');
select throws_ok($$select segmento_previa('[]')$$, '22023', 'criterios: expected a JSON object, found array', 'no object');
select throws_ok($$select segmento_previa('{"status": "vivo"}')$$, '22023', 'status: expected ativo or optout, found "vivo"', 'status');
select throws_ok($$select segmento_previa('{"engajamento": "muito"}')$$, '22023', 'engajamento: expected a number of interactions, found "muito"', 'a number');
select throws_ok($$select segmento_previa('{"ultimo_contato": "ontem mesmo"}')$$, '22023',
    'ultimo_contato: expected an instant such as 2026-12-01T09:00, or a number of days, found "ontem mesmo"', 'a time');
select throws_ok($$select segmento_previa('{"regiao": []}')$$, '22023', 'regiao: expected a text or a list of texts, found nothing', 'an empty list');

-- names
select is(array_agg(nome || ' ' || titulo order by nome), array['anestesistas_abc Anestesistas do ABC', 'engajados Médicos engajados',
    'inativos_30_dias Inativos há 30 dias', 'novos_7_dias Novos últimos 7 dias'], 'predefined') from segmento_listar();
select is(array_agg((segmento_previa(segmento => n) ->> 'total')::integer order by o), '{2,2,15,1}', 'who they are')
from unnest('{novos_7_dias,engajados,inativos_30_dias,anestesistas_abc}'::text[]) with ordinality x (n, o);
select is((segmento_previa('{"regiao": "sul"}', segmento => 'engajados') ->> 'total'), '1', 'a name and criteria: both');
select is(s.titulo || ' ' || s.criterios, 'sul {"regiao": ["sul"]}', 'saved') from segmento_salvar('sul', '{"regiao": "sul"}') s;
select is(s.titulo || ' ' || s.criterios, 'Zona Sul {"regiao": ["sul"], "engajamento": 5}', 'changed')
from segmento_salvar('sul', '{"regiao": "sul", "engajamento": "5"}', 'Zona Sul') s;
select is(segmento_previa(segmento => 'sul') ->> 'total', '1', 'by its name');
select is(s.criterios, '{"engajamento": 2}', 'the company''s own') from segmento_salvar('engajados', '{"engajamento": 2}') s;
select is(criterios || jsonb_build_object('de', origem), '{"de": "empresa", "engajamento": 2}', 'goes before a predefined one') from segmento_listar() where nome = 'engajados';
select is((segmento_remover('engajados')).nome, 'engajados', 'removed');
select is(origem, 'predefinido', 'and there it is again') from segmento_listar() where nome = 'engajados';
select throws_ok($$select segmento_remover('engajados')$$, '22023', 'nome: "engajados" is predefined and stays', 'for good');
select throws_ok($$select segmento_previa(segmento => 'nada')$$, '22023', 'segmento: there is none called "nada"', 'no such');
select throws_ok($$select segmento_salvar('Sul', '{"regiao": "sul"}')$$, '22023', 'nome: expected a-z, 0-9 and _, beginning with a letter', 'a bad name');
select throws_ok($$select segmento_salvar('x', '{}')$$, '22023', 'criterios: expected at least one criterion', 'nothing');

-- a campaign's people are those of its preview, and of its segment
select id as c from campanha_criar('s', 'promocional', modelo => 'oi_nome', segmento => 'sul', max_por_dia => null) \gset
select segmento_remover('sul');
select is(campanha_previa(:'c') ->> 'total', '1', 'as it was when the campaign was made');
select campanha_iniciar(:'c');
update clientes set ultimo_contato_em = agora();
select campanha_freeze(:'c', 99);
select is(pg_temp.lista(:'c'), 'gil', 'the list');
select id as c from campanha_criar('s', 'promocional', modelo => 'oi_pet', criterios => '{"especialidade": "Ortopedia"}', filtro_regioes => '{sul}',
    max_por_dia => null) \gset
select campanha_iniciar(:'c');
select vistos from campanha_materialize(:'c', 99) \g /dev/null
select is(pg_temp.lista(:'c') || '; ' || pg_temp.fila(:'c'), 'fabio; fabio', 'criteria beside filters');
select throws_ok($$select campanha_criar('s', 'promocional', modelo => 'oi_nome', segmento => 'anestesistas_abc', criterios => '{"regiao": "sul"}')$$,
    '22023', 'criterios: the segment says regiao already', 'not twice');

select * from finish();
rollback;
