-- fila_window_closed: what Meta says of the 24 h window counts, unless the person wrote since the claim.
begin;
set role carteiro_owner;
set search_path = carteiro, public;
select plan(6);
\ir fila_gente.sql

select pg_temp.janela('ana');
create temp table m as
select pg_temp.nova('ana', 'Oi', (select id from modelos where nome = 'oi_nome')) as id;
create temp table primeira as select * from pg_temp.pega();
select is((select formato from primeira), 'texto', 'the window seems open: the text goes');
select is(fila_window_closed((select id from m)), true, 'Meta says otherwise');
select is(fila_window_closed((select id from m)), false, 'said twice, it is closed already');
select is(pg_temp.grava(id, reserva_seq, 'limitada'), '1 0 0', 'the message goes back') from primeira;
select is((select formato from pg_temp.pega()), 'template', 'and leaves as its template');

-- the person writes while Meta's refusal is on its way
update conversas set janela_24h_ate = clock_timestamp() + interval '24 hours 1 second';
select is(fila_window_closed((select id from m)), false, 'a window opened since the claim stays open');

select * from finish();
rollback;
