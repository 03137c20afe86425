-- Row level security: forced on every table that tells of people, the months too; the parts give
-- nothing by themselves; a row that is being sent is not there for an UPDATE.
begin;
select plan(13);
\ir fila_gente.sql
select pg_temp.janela('ana');

-- every table but those that tell of no person
select is((select string_agg(c.relname, ' ' order by c.relname) from pg_class c
        where c.relnamespace = 'carteiro'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)),
    'agenda_disparos chaves_internas faixas feriados fila_contagem funcoes_aplicadas janelas_envio limites_frequencia migracoes modo_envio pausas portfolios regra_mensagens relogio resumos_turno retencao ritmo_degradado trabalhadores webhooks_vistos',
    'enabled and forced');
select is((select count(*) from pg_class c join pg_inherits i on i.inhrelid = c.oid
        where i.inhparent = 'fila_mensagens'::regclass and not (c.relrowsecurity and c.relforcerowsecurity)), 0::bigint, 'on all parts');
select is((select string_agg(c.relname, ' ') from pg_class c
        where c.relnamespace = 'carteiro'::regnamespace and c.relkind = 'v' and not coalesce(c.reloptions, '{}') @> '{security_invoker=true}'
          and c.relname !~ '^painel_'),
    null, 'a view lends nobody its owner''s eyes');
select is((select string_agg(c.relname || '.' || a.attname, ' ') from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'carteiro'::regnamespace and c.relkind = 'v' and c.relname ~ '^painel_'
          and (a.attname ~ 'telefone|destino|wa_id|wamid|conteudo|texto|corpo|carga|parametros|metadata|cliente|primeiro_nome|^erro$|mensagem_id'
            or a.atttypid in ('json'::regtype, 'jsonb'::regtype))),
    null, 'but those of dashboards, which show no person, phone or text');
select is((select string_agg(c.relname || '.' || p.polname, ' ') from pg_policy p join pg_class c on c.oid = p.polrelid
        where c.relnamespace = 'carteiro'::regnamespace and 0 = any (p.polroles)), null, 'no policy is for everybody');

-- the owner's functions and people see all; whoever has no policy sees nothing, with a grant too
select pg_temp.nova('ana') as a \gset
select pg_temp.nova('ana') as b \gset
grant select on fila_mensagens, clientes to carteiro_grafana;
set local role carteiro_grafana;
select is((select count(*) from fila_mensagens) + (select count(*) from clientes), 0::bigint, 'a grant without a policy shows nothing');
reset role;
set local role carteiro_ops_leitura;
select is((select count(*) from fila_mensagens), 2::bigint, 'people see all');
select throws_ok($$update fila_mensagens set prioridade = 1$$, '42501', null, 'and only look');
select throws_ok($$select * from fila_2026_11$$, null, null, 'a month by itself is nobody''s');
reset role;

-- being sent: not seen by an UPDATE, nor by SELECT FOR UPDATE; seen by SELECT
select count(*) from pg_temp.pega(1) \g /dev/null
set local role carteiro_ops_escrita;
with u as (update fila_mensagens set prioridade = 9 returning status) select is(array_agg(status), '{pendente}', 'an UPDATE takes what waits') from u;
select is((select array_agg(s.status) from (select status from fila_mensagens for update) s), '{pendente}', 'so does SELECT FOR UPDATE');
select is((select count(*) from fila_mensagens), 2::bigint, 'SELECT shows both');
select throws_ok($$delete from fila_mensagens$$, '55006', null, 'DELETE of what is being sent is refused');
reset role;
select * from finish();
rollback;
