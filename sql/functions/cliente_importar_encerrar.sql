-- cliente_importar_encerrar: the import is over: its counts go into auditoria, its temporary
-- tables away. Not called after a rehearsal.
create or replace function cliente_importar_encerrar(contagens jsonb)
returns void
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
begin
    perform cliente_importar_conferir();
    insert into auditoria (empresa_id, action, alvo, payload)
    select i.empresa_id, 'cliente_importar', i.arquivo, cliente_importar_encerrar.contagens
    from pg_temp.importacao i;
    drop table pg_temp.importacao, pg_temp.importacao_linhas, pg_temp.importacao_pessoas, pg_temp.importacao_lote;
end
$$;
grant execute on function cliente_importar_encerrar(jsonb) to carteiro_ops_escrita;
