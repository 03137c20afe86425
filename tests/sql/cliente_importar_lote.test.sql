-- cliente_importar_*: the rows of a file become people; a no is never undone.
begin;
select plan(46);

select empresa_salvar('Clínica A');
select conta_salvar('123456789', 'token');
select numero_salvar('987654321');
select fila_months();

-- A whole file: rows of nome;telefone;tags;aceita;status;nascimento;especialidade, line 2 onwards.
create temp table rejeitada (linha integer, motivo text, mascarado text);
create function pg_temp.importa(arquivo text, tag text, variadic linhas text[])
returns table (contatos integer, novos integer, atualizados integer, optout integer, sem_consentimento integer,
    recusas_mantidas integer)
language plpgsql
as $$
begin
    perform cliente_importar_abrir(null, arquivo, tag);
    insert into rejeitada
    select r.*
    from (
        select array_agg(n::integer + 1 order by n) n, array_agg(split_part(l, ';', 1) order by n) c1,
            array_agg(split_part(l, ';', 2) order by n) c2, array_agg(split_part(l, ';', 3) order by n) c3,
            array_agg(split_part(l, ';', 4) order by n) c4, array_agg(split_part(l, ';', 5) order by n) c5,
            array_agg(split_part(l, ';', 6) order by n) c6, array_agg(split_part(l, ';', 7) order by n) c7,
            array_agg(''::text) vazio, array_agg(format('{"linha": "%s", "x%s": "y"}', n + 1, n) order by n) m
        from unnest(linhas) with ordinality as u (l, n)) f
        cross join lateral cliente_importar_ler(n, c1, c2, c7, vazio, c3, c4, c5, c6, m) r;
    perform cliente_importar_juntar();
    return query select l.* from cliente_importar_lote(1, 1000) l;
    perform cliente_importar_encerrar('{}');
end
$$;
create function pg_temp.p(primeiro text) returns clientes language sql as
    'select c from clientes c where c.primeiro_nome = primeiro';

select results_eq($$select * from pg_temp.importa('a.csv', 'importado',
        'Ana Um;(31) 98765-4321;vip;sim;;;',
        'Ana Dois;31 8765-4321;novo|vip;;ativo;15/02/1963;Cardiologia',
        'Bia;11 98765-4322;;sim;ativo;31/02/1990;',
        'Bia;011987654322;;não;;;',
        'Caio;11 98765-4323;;sim;;;',
        'Caio;5511987654323;;;optout;;',
        ';11 98765-4324;;;;;',
        'Davi;+55 11 98765-4324;;S;;;Pediatria',
        'Eva;11 3456-7890;a, b ;N;;;',
        'Fia;0800 123 4567;;sim;;;',
        'Gil;;;sim;;;')$$,
    $$values (5, 5, 0, 1, 2, 0)$$, 'five people of nine rows');
select results_eq('select * from rejeitada order by 1',
    $$values (11, 'not_a_person', '**** *** **67'), (12, 'no_phone', '')$$, 'two rows rejected, with line and reason');

select is((pg_temp.p('Ana')).nome, 'Ana Um', 'the first row wins');
select is((pg_temp.p('Ana')).telefone, '+5531987654321', 'and its form of the number');
select is((pg_temp.p('Ana')).especialidade_nome, 'Cardiologia', 'what it lacks comes from later ones');
select is((pg_temp.p('Ana')).data_nascimento, '1963-02-15'::date, 'the birthday too');
select is((pg_temp.p('Ana')).tags, '{importado,novo,vip}', 'tags are united, with the one for all');
select is((pg_temp.p('Ana')).metadata, '{"x1": "y", "x2": "y", "linha": "2"}', 'metadata united, the first row wins');
select is((pg_temp.p('Ana')).marketing_permitido, true, 'one yes is enough');
select is((pg_temp.p('Ana')).fuso, 'America/Sao_Paulo', 'the zone of the DDD');
select is((pg_temp.p('Bia')).marketing_permitido, false, 'a refusal on any row holds');
select is((pg_temp.p('Bia')).data_nascimento, null, 'a day that is none is left out');
select is((pg_temp.p('Caio')).status, 'optout', 'an opt-out on any row holds');
select is((pg_temp.p('Caio')).marketing_permitido, false, 'without consent in force');
select is((pg_temp.p('Davi')).nome, 'Davi', 'an empty name is filled');
select is((pg_temp.p('Eva')).tags, '{a,b,importado}', 'tags by comma');
select is(supressao_existe((select id from empresas), '+551187654323'), true, 'the opt-out stands in supressoes');

select is((select string_agg(c.primeiro_nome || ' ' || k.acao || ' ' || k.canal || ' ' || k.texto || ' ' || k.evidencia, E'\n'
        order by k.id) from consentimentos k join clientes c on c.id = k.cliente_id),
    'Ana concedido importacao importação a.csv linha 2 a.csv linha 2
Bia revogado importacao importação a.csv linha 5 a.csv linha 5
Davi concedido importacao importação a.csv linha 9 a.csv linha 9
Eva revogado importacao importação a.csv linha 10 a.csv linha 10', 'the ledger says what, by which file and line');
select is((select count(*) from identidades), 5::bigint, 'each is known by the phone');
select is((select action || ' ' || alvo from auditoria order by id desc limit 1), 'cliente_importar a.csv', 'audited');

select results_eq($$select * from pg_temp.importa('a.csv', 'importado',
        'Ana Um;(31) 98765-4321;vip;sim;;;', 'Bia;11 98765-4322;;sim;;;', 'Caio;11 98765-4323;;sim;;;',
        'Davi;11 98765-4324;;S;;;', 'Eva;11 3456-7890;;N;;;')$$,
    $$values (5, 0, 4, 1, 2, 1)$$, 'again: nobody is new; a yes against an older no is counted and does not count');
select is((pg_temp.p('Bia')).marketing_permitido, false, 'a refusal is not undone by a file');
select is((pg_temp.p('Caio')).status, 'optout', 'nor is an opt-out');
select is((select count(*) from consentimentos), 4::bigint, 'nothing new in the ledger');

select pg_temp.importa('b.csv', null, 'Outro Nome;31 8765-4321;mais;;;01/01/2000;Ortopedia');
select is((pg_temp.p('Ana')).nome, 'Ana Um', 'who is known keeps the name');
select is((pg_temp.p('Ana')).especialidade_nome, 'Cardiologia', 'and what else there is');
select is((pg_temp.p('Ana')).tags, '{importado,mais,novo,vip}', 'but gets the tags');
select is((pg_temp.p('Ana')).marketing_permitido, true, 'an empty cell says nothing');
select is((select count(*) from clientes), 5::bigint, 'found by the other form of the number');

-- a known person lacks something, and says no
select cliente_salvar(null, '21 98888-7777');
select consentimento_registrar(id, 'marketing', 'Aceito') from clientes where telefone = '+5521988887777';
insert into fila_mensagens (cliente_id, conteudo, tipo)
select id, 'oferta', 'promocional' from clientes where telefone in ('+5521988887777', '+5531987654321');
insert into fila_mensagens (cliente_id, conteudo, tipo)
select id, 'lembrete', 'lembrete' from clientes where telefone in ('+5521988887777', '+5531987654321');
select results_eq($$select * from pg_temp.importa('c.csv', null, 'Hugo;21 98888-7777;;não;;;',
        'Ana;31 98765-4321;;;Descadastrada;;')$$,
    $$values (2, 0, 1, 1, 1, 0)$$, 'a known person refuses, another opts out');
select is((pg_temp.p('Hugo')).nome, 'Hugo', 'what was empty is filled');
select is((pg_temp.p('Hugo')).marketing_permitido, false, 'a new refusal revokes');
select is((select acao from consentimentos where cliente_id = (pg_temp.p('Hugo')).id order by id desc limit 1), 'revogado',
    'in the ledger too');
select is((select string_agg(tipo || ' ' || status, ', ' order by tipo) from fila_mensagens
        where cliente_id = (pg_temp.p('Hugo')).id),
    'lembrete pendente, promocional cancelada', 'what needed consent is cancelled');
select is((pg_temp.p('Ana')).status, 'optout', 'a new opt-out holds');
select is((select acao || ' ' || evidencia from consentimentos where cliente_id = (pg_temp.p('Ana')).id order by id desc limit 1),
    'revogado supressão: importação c.csv linha 3', 'and withdraws consent');
select is((select string_agg(tipo || ' ' || status, ', ' order by tipo) from fila_mensagens
        where cliente_id = (pg_temp.p('Ana')).id),
    'lembrete cancelada, promocional cancelada', 'all that waited is cancelled');

-- the person is erased, the suppression is not
delete from clientes where telefone = '+5531987654321';
select pg_temp.importa('a.csv', null, 'Ana Um;31 8765-4321;vip;sim;ativo;;');
select is((pg_temp.p('Ana')).status, 'optout', 'a suppressed number imported again stays optout');
select is((pg_temp.p('Ana')).marketing_permitido, false, 'without consent');

-- many lots in one session, plans warm
select cliente_importar_abrir(null, 'd.csv', null);
select is((select count(*) from (select array_agg(i) l, array_agg('N' || i) n, array_agg('1197' || (1000000 + i)) f,
        array_agg(''::text) v, array_agg('{}'::text) m from generate_series(1, 20000) i) a
    cross join lateral cliente_importar_ler(l, n, f, v, v, v, v, v, v, m)), 0::bigint, 'twenty thousand rows');
select is((cliente_importar_juntar()).pessoas, 20000, 'twenty thousand people');
select is((select sum(l.novos) from generate_series(1, 20000, 2000) de cross join lateral cliente_importar_lote(de, de + 1999) l),
    20000::bigint, 'ten lots');

select is(has_function_privilege('carteiro_ops_leitura', 'cliente_importar_lote(integer, integer)', 'execute'), false,
    'who may only look imports nobody');
select throws_ok('select cliente_importar_abrir(''Z'', ''x.csv'', null)', '22023', 'empresa: there is none called "Z"', 'company is checked');

drop table importacao, importacao_linhas, importacao_pessoas, importacao_lote;
select throws_ok('select cliente_importar_juntar()', '55000', null, 'an import is begun first');
create temp table importacao (x integer);
create temp table importacao_linhas (chave text);
create temp table importacao_pessoas (n integer, chave text);
create temp view importacao_lote as select 1;
select throws_ok('select cliente_importar_juntar()', '55000', null, 'by its own tables');

select * from finish();
rollback;
