-- roles.sql - the roles of Carteiro, once per cluster; run it as often as you like:
--
--     psql -v ON_ERROR_STOP=1 -f deploy/roles.sql
--
-- Whoever runs it needs CREATEROLE. These roles hold rights and cannot log in. Each program
-- and person gets a login role of its own inside one of them; then run this file again:
--
--     create role minha_clinica_sender login password '...' in role carteiro_sender;
--
-- It gives each such login what it lacks of these settings (PostgreSQL takes them from the role
-- that logs in, not from the one it becomes): the role itself, so that objects belong to the
-- group; search_path; and deadlines, which a program behind pgbouncer cannot set for itself.
-- What a login was given by hand stays.
--
-- The database belongs to carteiro_owner (create database carteiro owner carteiro_owner);
-- what each role may do there is granted by the migrations, so run this file before them.

\set QUIET on
set client_min_messages = warning;

do $$
declare
    role_name name;
begin
    foreach role_name in array array[
        'carteiro_owner',       -- owns the schema; runs carteiro migrar
        'carteiro_sender',      -- claims and records
        'carteiro_planner',     -- campaigns, effects, rescue, months
        'carteiro_gateway',     -- receives webhooks; serves requests as carteiro_api
        'carteiro_api',         -- one company at a time, by row level security
        'carteiro_ops_leitura', -- people who look
        'carteiro_ops_escrita', -- people who also send, pause, cancel
        'carteiro_grafana',     -- dashboards
        'carteiro_keda'         -- one number: how much work is waiting
    ]
    loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
        execute format('alter role %I set search_path = carteiro, public', role_name);
    end loop;
end
$$;

-- The gateway becomes carteiro_api by SET LOCAL ROLE and has none of its rights before.
alter role carteiro_gateway noinherit;
grant carteiro_api to carteiro_gateway;
grant carteiro_ops_leitura to carteiro_ops_escrita;

-- A program that was killed in a claim must not hold its rows until the statement ends:
-- client_connection_check_interval. statement_timeout stays below database.statement_ms (30 s),
-- so that it is the server that gives up and nothing is in doubt; raise both together. Whoever
-- leaves a transaction open keeps its locks, and dead rows for the whole queue. Dashboards only read, and
-- a panel that takes seconds is a mistake in the panel.
with settings (papel, name, value) as (
    values
        ('fleet', 'client_connection_check_interval', '500ms'),
        ('fleet', 'statement_timeout', '27s'),
        ('fleet', 'idle_in_transaction_session_timeout', '60s'),
        ('people', 'idle_in_transaction_session_timeout', '10min'),
        ('dashboards', 'statement_timeout', '10s'),
        ('dashboards', 'default_transaction_read_only', 'on'),
        ('dashboards', 'jit', 'off'), -- compiling takes longer than any panel
        ('dashboards', 'idle_in_transaction_session_timeout', '60s')
), logins as (
    select member.rolname as login, min(papel.rolname) as papel, member.oid
    from pg_auth_members
    join pg_roles papel on papel.oid = pg_auth_members.roleid
    join pg_roles member on member.oid = pg_auth_members.member
    where papel.rolname like 'carteiro\_%'
      and member.rolname not like 'carteiro\_%'
      and member.rolcanlogin
      and not member.rolsuper
    group by member.rolname, member.oid
    having count(*) = 1
), wanted as (
    select login, oid, 'role' as name, papel as value
    from logins
    union all
    select login, oid, 'search_path', 'carteiro, public'
    from logins
    union all
    select login, oid, settings.name, settings.value
    from logins
    join settings
        on settings.papel = case
               when logins.papel in ('carteiro_sender', 'carteiro_planner', 'carteiro_gateway') then 'fleet'
               when logins.papel in ('carteiro_ops_leitura', 'carteiro_ops_escrita') then 'people'
               when logins.papel = 'carteiro_grafana' then 'dashboards'
           end
)
select case name
           when 'search_path' then format('alter role %I set search_path = carteiro, public', login)
           else format('alter role %I set %I = %L', login, name, value)
       end
from wanted
where not exists (
    select
    from pg_db_role_setting
    cross join unnest(setconfig) as setting
    where setrole = wanted.oid
      and setdatabase = 0
      and setting like wanted.name || '=%'
)
\gexec
