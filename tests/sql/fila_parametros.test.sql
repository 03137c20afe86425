-- Values of templates: stored in order however they were given, handed out by name to a named template only.
begin;
select plan(13);
\ir fila_gente.sql
select modelo_salvar('por_nome', 'Oi {nome}, o {pet} vai bem, {nome}, certo?', situacao => 'aprovado', nomeado => true);
select modelo_salvar('em_ordem', 'Oi {nome}, o {pet} vai bem, {nome}, certo?', situacao => 'aprovado');
create temp table m as select id, nome from modelos;
grant select on m to public;
create function pg_temp.manda(modelo text, parametros jsonb) returns uuid language sql
as $$
    insert into fila_mensagens (cliente_id, modelo_id, parametros, metadata)
    select pg_temp.de('ana'), m.id, $2, '{"pet": "Rex"}' from m where m.nome = $1
    returning id
$$;
create function pg_temp.guardado(modelo text, parametros jsonb) returns jsonb language plpgsql
as $$
declare
    nova uuid := pg_temp.manda(modelo, parametros);
begin
    return (select f.parametros from fila_mensagens f where f.id = nova);
end $$;

set local role carteiro_ops_escrita;
select is(pg_temp.guardado('por_nome', null), '["Ana", "Rex", "Ana"]', 'named: of the person');
select is(pg_temp.guardado('por_nome', '["A", "B", "A"]'), '["A", "B", "A"]', 'named: in order');
select is(pg_temp.guardado('por_nome', '{"pet": "D", "nome": "C"}'), '["C", "D", "C"]', 'named: by name');
select is(pg_temp.guardado('em_ordem', '{"pet": "F", "nome": "E"}'), '["E", "F", "E"]', 'positional: by name');
select is(pg_temp.guardado('em_ordem', '["G", "H", "I"]'), '["G", "H", "I"]', 'positional: in order, the same name twice');
select throws_like($$select pg_temp.guardado('em_ordem', '{"nome": "E"}')$$, 'parametros: %(nome, pet, nome)', 'a name too few');
select throws_like($$select pg_temp.guardado('por_nome', '["A", "B"]')$$, 'parametros: %', 'a value too few');
reset role;

create temp table saiu as
select c.modelo_nome, c.parametros::jsonb as parametros
from numeros n
cross join lateral fila_claim('teste', 60000, array[n.id], array[5::smallint], array[0], array[50],
    array[null::timestamptz], array[null::bigint]) c
where n.padrao;
select is(
    (select jsonb_agg(parametros order by parametros ->> 'nome') from saiu where modelo_nome = 'por_nome'),
    '[{"nome": "A", "pet": "B"}, {"nome": "Ana", "pet": "Rex"}, {"nome": "C", "pet": "D"}]', 'the claim names them, each once');
select is(
    (select jsonb_agg(parametros order by parametros ->> 0) from saiu where modelo_nome = 'em_ordem'),
    '[["E", "F", "E"], ["G", "H", "I"]]', 'of a positional one it does not');

-- what Meta says is believed; what it does not say stays
select modelo_sincronizar('100000001', 'em_ordem', 'pt_BR', 'APPROVED', null, 'NAMED');
select is(nomeado, true, 'sincronizar corrects it') from modelos where nome = 'em_ordem';
select modelo_sincronizar(c.waba_id, 'por_nome', 'pt_BR', 'APPROVED', null) from modelos m join contas c on c.id = m.conta_id where m.nome = 'por_nome';
select is(nomeado, true, 'an answer without it changes nothing') from modelos where nome = 'por_nome';
select is((modelo_salvar('por_nome', 'Oi {nome}, o {pet} vai bem, {nome}, certo?')).situacao, 'aprovado', 'saved unchanged it stays approved');
select is((modelo_salvar('por_nome', 'Oi {nome}, o {pet} vai bem, {nome}, certo?', nomeado => false)).situacao, 'rascunho', 'by order is another template');
select * from finish();
rollback;
