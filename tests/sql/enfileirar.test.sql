-- enfileirar: one message, with defaults, or an error that names the argument.
begin;
select plan(14);
\ir fila_gente.sql
set local role carteiro_ops_escrita;
select enfileirar(pg_temp.de('ana'), 'Oi {nome}') as a \gset
select is(array[conteudo, tipo, formato, prioridade::text, garantia], '{Oi Ana,resposta,texto,5,pelo_menos_uma}', 'text alone') from fila_mensagens where id = :'a';
select enfileirar(pg_temp.de('bia'), modelo => 'oi_nome', tipo => 'promocional', prioridade => 3, agendar_para => agora() + interval '1 day',
    metadata => '{"lote": 7}', garantia => 'pelo_menos_uma', valido_ate => agora() + interval '2 days') as b \gset
select is(array[conteudo, tipo, formato, prioridade::text, garantia, parametros::text, metadata::text], array[null, 'promocional', 'template', '3', 'pelo_menos_uma', '["Bia"]', '{"lote": 7}'], 'a template with everything said')
from fila_mensagens where id = :'b';
select enfileirar(pg_temp.de('bia'), 'Oi', modelo => 'oi_nome', parametros => '{Beatriz}') as c \gset
select is(array[formato, parametros::text], array['texto', '["Beatriz"]'], 'both, with the template''s own values') from fila_mensagens where id = :'c';
select throws_like(format('select enfileirar(%L, %L)', gen_random_uuid(), 'x'), 'cliente_id: %', 'nobody');
select throws_like('select enfileirar(null, ''x'')', 'cliente_id: %', 'nothing');
select throws_like(format('select enfileirar(%L)', pg_temp.de('ana')), 'conteudo: %', 'neither text nor template');
select throws_like(format('select enfileirar(%L, modelo => %L)', pg_temp.de('ana'), 'nenhum'), 'modelo: %nenhum%', 'no such template');
select throws_like(format('select enfileirar(%L, modelo => %L, parametros => %L)', pg_temp.de('ana'), 'oi_nome', '{a,b}'), 'parametros: expected 1%found 2', 'too many values');
select throws_like(format('select enfileirar(%L, %L, prioridade => 0)', pg_temp.de('ana'), 'x'), 'prioridade: %', 'priority 0');
select throws_like(format('select enfileirar(%L, %L, garantia => %L)', pg_temp.de('ana'), 'x', 'talvez'), 'garantia: %talvez%', 'an unknown guarantee');
select throws_like(format('select enfileirar(%L, %L, valido_ate => agora())', pg_temp.de('ana'), 'x'), 'valido_ate: %', 'already over');
select throws_like(format('select enfileirar(%L, %L, tipo => %L)', pg_temp.de('ana'), 'x', 'recado'), 'tipo: %', 'an unknown tipo');
select throws_like(format('select enfileirar(%L, %L)', pg_temp.de('ana'), 'Oi {pet}'), 'conteudo: %{pet}%', 'a placeholder that nothing fills');
select throws_like(format('select enfileirar(%L, %L, metadata => %L)', pg_temp.de('bia'), 'Oi {especialidade}', '{}'), 'conteudo: %{especialidade}%', 'a value that bia lacks');
select * from finish();
rollback;
