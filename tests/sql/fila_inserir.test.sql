-- Plain INSERT INTO fila_mensagens by ops: what is filled in, and what is refused by name.
begin;
select plan(22);
\ir fila_gente.sql
set local role carteiro_ops_escrita;

insert into fila_mensagens (cliente_id, conteudo, tipo) values (pg_temp.de('ana'), 'Oi {nome}, de {especialidade}?', 'resposta');
select is(array[f.conteudo, f.destino, f.status, f.garantia, f.formato, f.origem], array['Oi Ana, de Pediatria?', '+5511987650001', 'pendente', 'pelo_menos_uma', 'texto', 'sql'],
    'cliente_id, conteudo and tipo are enough')
from fila_mensagens f;
select is(array[f.empresa_id = casa.id, f.numero_id = linha.id, f.prioridade = 5, f.faixa = 0, f.encerrada_em = 'infinity', f.agendar_para = agora()],
    array_fill(true, array[6]), 'company, number and place come by themselves') from fila_mensagens f, casa, linha;
insert into fila_mensagens (cliente_id, conteudo, tipo, metadata, modelo_id)
select pg_temp.de('bia'), 'Sobre {assunto}: 50% {sim?}', 'promocional', '{"assunto": "a {nome} de 10%"}', m.id from modelos m;
select is(array[f.conteudo, f.garantia, f.parametros::text], array['Sobre a {nome} de 10%: 50% {sim?}', 'no_maximo_uma', '["Bia"]'],
    'a value that looks like a placeholder stays text; the template is filled too')
from fila_mensagens f where f.tipo = 'promocional';

prepare tenta (uuid, text, text) as insert into fila_mensagens (cliente_id, conteudo, tipo) values ($1, $2, $3);
select throws_ok(format('execute tenta (%L, %L, %L)', gen_random_uuid(), 'x', 'resposta'), '23503', null, 'no such cliente');
select throws_like(format('execute tenta (%L, %L, %L)', '00000000-0000-0000-0000-000000000001', 'x', 'resposta'), 'cliente_id: %', 'names the column');
select throws_like('execute tenta (null, ''x'', ''resposta'')', 'cliente_id: %', 'nobody');
select throws_like(format('execute tenta (%L, %L, %L)', pg_temp.de('ana'), '  ', 'resposta'), 'conteudo: %', 'an empty text');
select throws_like(format('execute tenta (%L, null, %L)', pg_temp.de('ana'), 'resposta'), 'conteudo: %', 'no body at all');
select throws_like(format('execute tenta (%L, %L, %L)', pg_temp.de('ana'), repeat('x', 4097), 'resposta'), 'conteudo: %4096%', 'too long for the API');
select throws_like(format('execute tenta (%L, %L, %L)', pg_temp.de('ana'), 'x', 'recado'), 'tipo: %recado%', 'an unknown tipo');
select throws_like(format('execute tenta (%L, %L, %L)', pg_temp.de('bia'), 'Oi {especialidade}', 'resposta'), 'conteudo: %{especialidade}%', 'a placeholder that nothing fills');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, prioridade) values (pg_temp.de('ana'), 'x', 11)$$, 'prioridade: %11%', 'priority 11');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, status) values (pg_temp.de('ana'), 'x', 'urgente')$$, 'status: %urgente%', 'an unknown status');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, status) values (pg_temp.de('ana'), 'x', 'enviada')$$, 'status: %', 'nobody is born sent');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, numero_id) values (pg_temp.de('ana'), 'x', 99)$$, 'numero_id: %99%', 'a number of nobody');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, modelo_id) values (pg_temp.de('ana'), 'x', 99)$$, 'modelo_id: %99%', 'a template of nobody');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, faixa) values (pg_temp.de('ana'), 'x', 99)$$, 'faixa: %99%', 'a lane of nobody');
select throws_ok($$insert into fila_mensagens (cliente_id, conteudo, encerrada_em) values (pg_temp.de('ana'), 'x', agora())$$, '42501', null, 'nobody makes a finished row');
select throws_ok($$insert into fila_mensagens (cliente_id, conteudo, wamid) values (pg_temp.de('ana'), 'x', 'wamid.X')$$, '42501', null, 'nor one that was sent');

-- a failed CHECK must not print the row
reset role;
create function pg_temp.detalhe() returns text language plpgsql as $$
declare d text;
begin
    insert into fila_mensagens (cliente_id, conteudo, max_tentativas) values (pg_temp.de('ana'), 'segredo', 99);
    return 'stored';
exception when check_violation then
    get stacked diagnostics d = pg_exception_detail;
    return d;
end $$;
set local role carteiro_ops_escrita;
select is(pg_temp.detalhe(), '', 'an error carries neither text nor phone');

reset role;
select empresa_salvar('Outra');
insert into clientes (empresa_id, nome, telefone) select e.id, 'Zoe', '+5511987650009' from empresas e where e.nome = 'Outra';
set local role carteiro_ops_escrita;
select throws_like($$insert into fila_mensagens (cliente_id, conteudo, empresa_id) select c.id, 'x', casa.id from clientes c, casa where c.nome = 'Zoe'$$,
    'cliente_id: %another company%', 'a cliente of another company');
select throws_like($$insert into fila_mensagens (cliente_id, conteudo) select c.id, 'x' from clientes c where c.nome = 'Zoe'$$,
    'numero_id: %', 'a company without a number');
select * from finish();
rollback;
