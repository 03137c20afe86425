-- efeitos_set_aside: a row of efeitos that cannot be applied is kept apart with its error; a row that
-- can be, and an error that is not the row's, change nothing.
begin;
select plan(8);
\ir fila_gente.sql
select pg_temp.janela('ana');
select pg_temp.janela('bia');
create function pg_temp.enviada(quem text) returns uuid language plpgsql
as $$
declare
    m uuid := pg_temp.nova(quem);
begin
    perform pg_temp.grava(p.id, p.reserva_seq, 'aceita', 'wamid.' || quem) from pg_temp.pega(1) p;
    return m;
end
$$;
create function pg_temp.recusa() returns trigger language plpgsql as $$
begin
    raise exception using errcode = tg_argv[0], message = 'this one not';
end $$;
select is(efeitos_set_aside(), 0, 'nothing waits');
select pg_temp.enviada('ana') as a \gset
select pg_temp.enviada('bia') as b \gset
create function pg_temp.barra(text) returns void language plpgsql as $$
begin
    execute format('create or replace trigger recusa before update on clientes for each row when (old.id = %L)
        execute function pg_temp.recusa(%L)', pg_temp.de('ana'), $1);
end $$;
select pg_temp.barra('53100');
set local role carteiro_planner;
select throws_ok('select efeitos_set_aside()', '53100', null, 'a full disk is not the row''s fault');
reset role;
select pg_temp.barra('23514');
set local role carteiro_planner;
select is(efeitos_set_aside(), 1, 'a constraint is');
reset role;
select is((select array[r.tipo, r.erro, (r.mensagens = array[:'a'::uuid])::text] from efeitos_retidos r), '{fim,23514: this one not,true}', 'kept with its error');
set local role carteiro_planner;
select is(efeitos_set_aside(), 0, 'the next one could be applied');
reset role;
select is((select count(*) from efeitos), 0::bigint, 'and was');
select ok((select c.ultimo_contato_em is not null from clientes c where c.id = pg_temp.de('bia')), 'with what it means');
select is((select efeitos_apply(10)), 0, 'nothing is left');
select * from finish();
rollback;
