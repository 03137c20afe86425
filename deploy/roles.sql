-- roles.sql - the roles of Carteiro, once per cluster; run it as often as you like:
--
--     psql -v ON_ERROR_STOP=1 -f deploy/roles.sql
--
-- Whoever runs it needs CREATEROLE. These roles hold rights and cannot log in. Each program
-- and person gets a login role of its own that enters one of them, its objects then belong to
-- the group and it finds the schema by itself:
--
--     create role minha_clinica_sender login password '...' in role carteiro_sender;
--     alter role minha_clinica_sender set role = carteiro_sender;
--     alter role minha_clinica_sender set search_path = carteiro, public;
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
