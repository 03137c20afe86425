-- cliente_importar_ler: takes rows of the file, cell by cell as they were written, and answers
-- with the ones that it rejects: line, reason (telefone_normalizar's) and masked text.
--
-- `tags`, `aceites` and `situacoes` may hold several values separated by | (a file with more
-- than one such column). The arrays are parallel.
create or replace function cliente_importar_ler(
    linhas integer[], nomes text[], telefones text[], especialidades text[], regioes text[],
    tags text[], aceites text[], situacoes text[], nascimentos text[], metadatas text[])
returns table (linha integer, motivo text, mascarado text)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    hoje date := agora()::date;
begin
    perform cliente_importar_conferir();
    return query
    with lidas as materialized (
        select u.*, r.telefone as numero, r.motivo
        from unnest(linhas, nomes, telefones, especialidades, regioes, cliente_importar_ler.tags, aceites, situacoes,
                nascimentos, metadatas)
                as u (linha, nome, telefone, especialidade, regiao, tags, aceite, situacao, nascimento, metadata)
            cross join lateral telefone_normalizar(u.telefone) r
    ), postas as (
        insert into pg_temp.importacao_linhas
        select l.linha, telefone_chave(l.numero), l.numero, cliente_nome(l.nome), cliente_nome(l.especialidade),
            cliente_nome(l.regiao), nullif(regexp_replace(l.tags, '[,;|\n]+', '|', 'g'), ''),
            cliente_aceite(l.aceite), cliente_situacao_optout(l.situacao), d.dia,
            btrim(l.nascimento) <> '' and d.dia is null, coalesce(l.metadata, '{}')::jsonb
        from lidas l
            cross join lateral cliente_nascimento(l.nascimento, hoje) d (dia)
        where l.numero is not null
    )
    select l.linha, l.motivo, coalesce(telefone_mascarar(l.telefone), '')
    from lidas l
    where l.motivo is not null
    order by l.linha;
end
$$;
grant execute on function cliente_importar_ler(integer[], text[], text[], text[], text[], text[], text[], text[],
    text[], text[]) to carteiro_ops_escrita;
