-- fila_prune: what is old goes, what is asked stays, in batches.
begin;
\ir fila_gente.sql
select plan(5);

insert into chaves_idempotencia (empresa_id, chave, pedido, em)
select casa.id, n::text, '\x00', agora() - make_interval(hours => n) from casa, generate_series(20, 29) n;
insert into toques (cliente_id, proposito, dia, quantos)
select pg_temp.de('ana'), 'marketing', agora()::date - n, 1 from unnest(array[1, 90, 95]) n;
insert into webhook_aplicados (chave, em) values ('\x01', agora() - interval '61 days'), ('\x02', agora() - interval '59 days');
select is(fila_prune(3), 1, 'a full batch: there may be more');
select is(fila_prune(3), 0, 'then the rest');
select is((select min(chave::integer) || ' ' || max(chave::integer) from chaves_idempotencia), '20 24', 'a day of answers stays');
select is((select count(*) from toques), 2::bigint, 'and what a limit may count');
select is((select array_agg(chave::text) from webhook_aplicados), '{"\\x02"}', 'and what Meta may repeat');

select * from finish();
rollback;
