-- database.sql - all that a new PostgreSQL server needs, as superuser: roles, a login for each program, the
-- database. Run it as often as you like; passwords become what the files say.
--
--     CARTEIRO_SECRETS=/etc/carteiro/credentials psql -v ON_ERROR_STOP=1 -f deploy/database.sql
--
-- The files are named db_sender, db_planner, db_gateway, db_migrar, db_grafana (deploy/container/secrets makes
-- them). Where an operator makes the logins (CloudNativePG), roles.sql alone is enough.

\set QUIET on
set client_min_messages = warning;
-- no password in the server's log
set log_statement = 'none';
set log_min_error_statement = 'panic';
set log_min_duration_statement = -1;

\ir roles.sql

select format('create role %I login', login)
from (values ('login_sender'), ('login_planner'), ('login_gateway'), ('login_migrar'), ('login_grafana')) as l (login)
where not exists (select from pg_roles where rolname = login)
\gexec

\set sender `cat "$CARTEIRO_SECRETS/db_sender"`
\set planner `cat "$CARTEIRO_SECRETS/db_planner"`
\set gateway `cat "$CARTEIRO_SECRETS/db_gateway"`
\set migrar `cat "$CARTEIRO_SECRETS/db_migrar"`
\set grafana `cat "$CARTEIRO_SECRETS/db_grafana"`

select case when password = '' then format('do $$ begin raise ''%s: no password'' ; end $$', login)
            else format('alter role %I login password %L', login, password) end,
       format('grant %I to %I', papel, login)
from (values ('login_sender', 'carteiro_sender', :'sender'),
             ('login_planner', 'carteiro_planner', :'planner'),
             ('login_gateway', 'carteiro_gateway', :'gateway'),
             ('login_migrar', 'carteiro_owner', :'migrar'),
             ('login_grafana', 'carteiro_grafana', :'grafana')) as l (login, papel, password)
\gexec

-- the settings of these logins
\ir roles.sql

select 'create database carteiro owner carteiro_owner template template0 encoding ''UTF8'''
where not exists (select from pg_database where datname = 'carteiro')
\gexec
