-- schema_prepare: what must be there after every migration and is no table: the months of the queue,
-- the days of webhooks and attempts, the keys that are made in the database,
-- the built-in schedules and rules, the rights of the API and its documents. Repeatable.
create or replace function schema_prepare()
returns void
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform fila_months();
    perform fila_days();
    insert into chaves_internas (nome, chave)
    values ('supressoes', uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    on conflict do nothing;
    perform agendas_install();
    perform regras_install(e.id) from empresas e order by e.id; -- what this release brings
    perform api_grant();
    perform api_documentar();
end
$$;
