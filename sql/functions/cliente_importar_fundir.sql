-- cliente_importar_fundir: people `de` to `ate` of the file, each merged from their rows: the
-- first row that says something wins, tags are united, an opt-out or a refusal on any row
-- holds. Finds who of them is known to the company already, and locks them in order.
create or replace function cliente_importar_fundir(dona uuid, de integer, ate integer, tag text)
returns void
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    segredo bytea := supressao_chave();
begin
    -- not DELETE: nothing vacuums a temporary table. It also makes the plans of this lot new,
    -- or those of an empty clientes would serve the whole import.
    truncate pg_temp.importacao_lote;
    insert into pg_temp.importacao_lote (n, chave, linha, linhas, telefone, nome, especialidade, regiao, tags, aceita,
        linha_aceita, is_optout, linha_optout, nascimento, metadata, hash)
    select p.n, p.chave, min(l.linha), count(*),
        (array_agg(l.telefone order by l.linha))[1],
        (array_agg(l.nome order by l.linha) filter (where l.nome is not null))[1],
        (array_agg(l.especialidade order by l.linha) filter (where l.especialidade is not null))[1],
        (array_agg(l.regiao order by l.linha) filter (where l.regiao is not null))[1],
        cliente_tags(string_to_array(concat_ws('|', string_agg(l.tags, '|'), fundir.tag), '|')),
        min(l.aceita),  -- a refusal is -1
        (array_agg(l.linha order by l.aceita, l.linha) filter (where l.aceita is not null))[1],
        bool_or(l.is_optout),
        min(l.linha) filter (where l.is_optout),
        (array_agg(l.nascimento order by l.linha) filter (where l.nascimento is not null))[1],
        (array_agg(l.metadata order by l.linha))[1],
        supressao_hash(segredo, dona, p.chave)
    from (select cliente_importar_fundir.tag) fundir (tag)
        cross join pg_temp.importacao_pessoas p
        join pg_temp.importacao_linhas l on l.chave = p.chave
    where p.n between de and ate
    group by p.n, p.chave, fundir.tag;
    update pg_temp.importacao_lote t
    set metadata = coalesce((
        select jsonb_object_agg(m.key, m.value order by l.linha desc)  -- of equal keys the last stays
        from pg_temp.importacao_linhas l
            cross join lateral jsonb_each(l.metadata) m
        where l.chave = t.chave), '{}')
    where t.linhas > 1;

    update pg_temp.importacao_lote t
    set cliente_id = a.id
    from (
        select distinct on (f.n) f.n, f.id
        from (
            select l.n, c.id, c.telefone <> l.telefone as is_variante
            from pg_temp.importacao_lote l
                cross join lateral unnest(l.chave || telefone_variantes(l.chave)) v (forma)
                join clientes c on c.empresa_id = dona and c.telefone = v.forma
            union all
            select l.n, i.cliente_id, true
            from pg_temp.importacao_lote l
                cross join lateral unnest(l.chave || telefone_variantes(l.chave)) v (forma)
                join identidades i on i.empresa_id = dona and i.tipo = 'telefone' and i.valor = v.forma
        ) f
        order by f.n, f.is_variante, f.id
    ) a
    where t.n = a.n;
    perform 1
    from clientes c
    where c.id in (select l.cliente_id from pg_temp.importacao_lote l)
    order by c.id
    for update;
    update pg_temp.importacao_lote t
    set era_optout    = c.status = 'optout',
        era_permitido = c.marketing_permitido,
        ultima_acao   = (
            select k.acao
            from consentimentos k
            where k.cliente_id = c.id and k.finalidade = 'marketing'
            order by k.id desc
            limit 1)
    from clientes c
    where c.id = t.cliente_id;
    update pg_temp.importacao_lote t
    set cliente_id = uuidv7(), is_novo = true
    where t.cliente_id is null;
end
$$;
