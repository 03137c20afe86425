-- logins.sql - one login role per program and person for a private cluster: local_owner,
-- local_sender, local_planner, local_gateway, local_ops, local_leitura, local_grafana, each
-- inside its role of deploy/roles.sql. Repeatable. The password comes from the environment
-- (CARTEIRO_LOGIN), never from the command line.

\set QUIET on
\getenv senha CARTEIRO_LOGIN
set client_min_messages = warning;
set log_statement = 'none';
set log_min_error_statement = 'panic';

select format('create role %I login', login)
from (values ('local_owner'), ('local_sender'), ('local_planner'), ('local_gateway'),
             ('local_ops'), ('local_leitura'), ('local_grafana')) as logins (login)
where not exists (select from pg_roles where rolname = login)
\gexec

select format('alter role %I login password %L', login, :'senha'),
       format('grant %I to %I', role, login)
from (values ('local_owner', 'carteiro_owner'),
             ('local_sender', 'carteiro_sender'),
             ('local_planner', 'carteiro_planner'),
             ('local_gateway', 'carteiro_gateway'),
             ('local_ops', 'carteiro_ops_escrita'),
             ('local_leitura', 'carteiro_ops_leitura'),
             ('local_grafana', 'carteiro_grafana')) as logins (login, role)
\gexec

-- and their settings
\ir ../roles.sql
