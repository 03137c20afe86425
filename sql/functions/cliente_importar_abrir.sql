-- cliente_importar_abrir: begins an import of contacts in this connection: makes its temporary
-- tables and returns the company. Called by `carteiro cliente importar` only; then come
-- cliente_importar_ler per batch of rows, cliente_importar_juntar once, cliente_importar_lote
-- per batch of people, cliente_importar_encerrar.
--
-- The tables belong to the owner of this function, or a caller's trigger on a table of the
-- same name would run with the owner's rights.
create or replace function cliente_importar_abrir(
    empresa text, arquivo text, tag text,
    out empresa_id uuid, out empresa_nome text)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
set client_min_messages = warning
as $$
begin
    empresa_id := empresa_resolver(cliente_importar_abrir.empresa);
    select e.nome into empresa_nome from empresas e where e.id = cliente_importar_abrir.empresa_id;
    perform supressao_chave();  -- or the first rehearsal would throw it away again and again

    drop table if exists pg_temp.importacao, pg_temp.importacao_linhas, pg_temp.importacao_pessoas,
        pg_temp.importacao_lote;
    create temp table importacao as
    select cliente_importar_abrir.empresa_id as empresa_id,
        left(cliente_importar_abrir.arquivo, 200) as arquivo,
        nullif(btrim(cliente_importar_abrir.tag), '') as tag;
    create temp table importacao_linhas (
        linha integer, chave text collate "C", telefone text, nome text, especialidade text, regiao text,
        tags text, aceita smallint, is_optout boolean, nascimento date, is_nascimento_ignorado boolean,
        metadata jsonb);
    create temp table importacao_pessoas (n integer, chave text collate "C");
    create temp table importacao_lote (
        n integer, chave text collate "C", linha integer, linhas integer, telefone text, nome text,
        especialidade text, regiao text, tags text[], aceita smallint, linha_aceita integer,
        is_optout boolean, linha_optout integer, nascimento date, metadata jsonb, hash bytea,
        cliente_id uuid, is_novo boolean not null default false, is_mudado boolean not null default false,
        era_optout boolean not null default false, era_permitido boolean not null default false,
        ultima_acao text);
end
$$;
grant execute on function cliente_importar_abrir(text, text, text) to carteiro_ops_escrita;
