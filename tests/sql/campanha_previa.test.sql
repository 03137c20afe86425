-- campanha_previa: whom a campaign reaches, whom it leaves out and why; the list says the same.
begin;
select plan(22);
\ir campanha_pessoas.sql

-- previa as text: total and reasons; and the list that the campaign then freezes must agree
create function pg_temp.previa(uuid) returns text language sql
as $$ select (p ->> 'total') || ' ' || (p ->> 'excluidos') from campanha_previa($1) p $$;
create function pg_temp.lista_diz(uuid) returns text language plpgsql
as $$
begin
    perform campanha_iniciar($1);
    while campanha_freeze($1, 2) > 0 loop null; end loop;
    return (select (r -> 'envios' ->> 'total') || ' ' || (r ->> 'excluidos') from campanha_relatorio($1) r);
end
$$;
create function pg_temp.confere(c campanhas, esperado text, que text) returns setof text language sql
as $$
    select is(pg_temp.previa(c.id), esperado, que)
    union all
    select is(pg_temp.lista_diz(c.id), esperado, que || ': the list agrees')
$$;

select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_nome'),
    '4 {"optout": 2, "sem_nome": 1, "sem_telefone": 1, "sem_consentimento": 1}', 'text and template');
select pg_temp.confere(campanha_criar('t', 'followup', 'Oi {nome}!', modelo => 'oi_nome'),
    '4 {"optout": 2, "sem_nome": 1, "sem_telefone": 1, "sem_consentimento": 1}', 'a campaign of any tipo needs consent');
select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi {nome}!'),
    '1 {"optout": 2, "sem_nome": 1, "sem_telefone": 1, "sem_consentimento": 1, "fora_da_janela_sem_modelo": 3}',
    'text alone reaches only open windows');
select pg_temp.confere(campanha_criar('t', 'promocional', modelo => 'oi_pet'),
    '3 {"optout": 2, "sem_pet": 2, "sem_telefone": 1, "sem_consentimento": 1}', 'the template''s placeholders');
select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi {nome}!', modelo => 'oi_pet'),
    '4 {"optout": 2, "sem_pet": 1, "sem_telefone": 1, "sem_consentimento": 1}',
    'of the body that will go: gil''s window is open, so he gets the text, and hugo lacks the template''s pet');
select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi {pet} {nome}!', metadata => '{"pet": "bicho"}', modelo => 'oi_pet'),
    '5 {"optout": 2, "sem_telefone": 1, "sem_consentimento": 1}', 'the campaign''s own value fills for all');

select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi!', modelo => 'oi_nome', filtro_especialidades => '{Pediatria,Anestesiologia}'),
    '2 {"optout": 1, "sem_telefone": 1}', 'any of the specialties');
select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi!', modelo => 'oi_nome', filtro_regioes => '{abc}'),
    '1 {"optout": 1, "sem_telefone": 1, "sem_consentimento": 1}', 'any of the regions');
select pg_temp.confere(campanha_criar('t', 'promocional', 'Oi!', modelo => 'oi_nome', filtro_tags => '{vip,manha}'),
    '1 {}', 'all of the tags');

select is(campanha_previa((campanha_criar('t', 'promocional', modelo => 'oi_nome', filtro_tags => '{vip}')).id) -> 'amostra',
    '[{"nome": "Ana Silva", "regiao": "abc", "especialidade": "Anestesiologia"},
      {"nome": "Bia Silva", "regiao": "centro", "especialidade": "Pediatria"}]', 'the sample');
select is(campanha_previa((campanha_criar('t', 'promocional', 'Oi', agendar_para => agora() + interval '4 hours')).id) -> 'total',
    '0', 'a window that closes before the start is no window');

set local role carteiro_ops_leitura;
select lives_ok('select campanha_previa(id) from campanhas', 'who looks may preview');
select throws_ok($$select campanha_previa('00000000-0000-0000-0000-000000000000')$$, '22023',
    'id: there is no campaign 00000000-0000-0000-0000-000000000000', 'no such campaign');

select * from finish();
rollback;
