-- fila_months: a year ahead, without gaps, as final as they must be.
begin;
select plan(9);
insert into relogio (deslocamento) values ('0');
create function pg_temp.meses() returns text[] language sql
as $$
    select array_agg(c.relname::text order by c.relname)
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'fila_mensagens'::regclass and c.relname <> 'fila_ativa'
$$;
select is(pg_temp.meses(), (select array_agg('fila_' || to_char(m, 'YYYY_MM') order by m)
    from generate_series(date_trunc('month', (agora() - interval '1 day') at time zone 'UTC'),
        date_trunc('month', agora() at time zone 'UTC') + interval '12 months', interval '1 month') m), 'yesterday''s month, this one and twelve more');
select is(fila_months(), 0, 'made once');
update relogio set deslocamento = '62 days';
set local role carteiro_planner;
select ok(fila_months() between 2 and 3, 'two months later two or three more');
select is(fila_months(), 0, 'once');
reset role;
update relogio set deslocamento = '0';

select is((select count(*) from pg_inherits i
    where i.inhparent = 'fila_mensagens'::regclass
      and not (select c.relrowsecurity and c.relforcerowsecurity from pg_class c where c.oid = i.inhrelid)),
    0::bigint, 'row level security on each: a failed CHECK must not print a row');
select is((select count(*) from pg_inherits i
    where i.inhparent = 'fila_mensagens'::regclass
      and not exists (select 1 from pg_index x where x.indrelid = i.inhrelid and x.indisprimary)),
    0::bigint, 'a primary key on each: a publication needs it');
select ok(position('IS NOT NULL' in pg_get_expr(c.relpartbound, c.oid)) = 0, 'bounds are there')
from pg_class c where c.oid = 'fila_ativa'::regclass;

-- the whole year ahead takes rows, and only final ones
select format('fila_%s', to_char(agora() + interval '200 days', 'YYYY_MM')) as mes \gset
select throws_ok(format('update %I set status = %L', :'mes', 'x') || ' where false; '
    || format('insert into fila_mensagens (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, status, encerrada_em)
        values (gen_random_uuid(), gen_random_uuid(), 1, ''x'', ''x'', ''no_maximo_uma'', ''pendente'', agora() + interval ''200 days'')'),
    '23514', null, 'a waiting row has no place in a month');
select lives_ok(format('insert into fila_mensagens (empresa_id, cliente_id, numero_id, destino, conteudo, garantia, status, encerrada_em)
        values (gen_random_uuid(), gen_random_uuid(), 1, ''x'', ''x'', ''no_maximo_uma'', ''erro'', agora() + interval ''200 days'')'),
    'a finished one has');

select * from finish();
rollback;
