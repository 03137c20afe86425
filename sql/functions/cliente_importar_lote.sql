-- cliente_importar_lote: brings people `de` to `ate` of the file into clientes, one
-- transaction of at most a few thousand. Who is new is made; who is known gets what they
-- lacked and keeps the rest. Returns what came of them.
--
-- Nothing here undoes a no: an opt-out, a number in supressoes and a consent that was ever
-- refused or withdrawn stay as they are whatever the file says, and a no of the file is
-- obeyed. Consent goes into the ledger with file and line.
create or replace function cliente_importar_lote(
    de integer, ate integer,
    out contatos integer, out novos integer, out atualizados integer, out optout integer,
    out sem_consentimento integer, out recusas_mantidas integer)
language plpgsql volatile security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona    uuid;
    arquivo text;
    rotulo  text;
    pessoa  record;
begin
    perform cliente_importar_conferir();
    select i.empresa_id, i.arquivo, i.tag into strict dona, arquivo, rotulo from pg_temp.importacao i;
    perform pg_advisory_xact_lock(hashtextextended('clientes ' || dona, 0));
    perform cliente_importar_fundir(dona, de, ate, rotulo);
    update pg_temp.importacao_lote t
    set is_optout = true
    from supressoes s
    where not t.is_optout
      and s.empresa_id = dona
      and s.hash = t.hash;

    insert into clientes (id, empresa_id, nome, primeiro_nome, telefone, especialidade_nome, regiao, tags, status,
        marketing_permitido, data_nascimento, fuso, metadata)
    select t.cliente_id, dona, coalesce(t.nome, ''), nome_primeiro(t.nome), t.telefone, t.especialidade, t.regiao,
        t.tags, case when t.is_optout then 'optout' else 'ativo' end,
        coalesce(t.aceita = 1, false) and not t.is_optout, t.nascimento, telefone_fuso(t.telefone), t.metadata
    from pg_temp.importacao_lote t
    where t.is_novo
    order by t.n;
    insert into identidades (empresa_id, cliente_id, tipo, valor)
    select dona, t.cliente_id, 'telefone', t.telefone
    from pg_temp.importacao_lote t
    where t.is_novo
    order by t.n
    on conflict on constraint identidades_unica do nothing;

    with mudadas as (
        update clientes c
        set nome               = case when c.nome = '' then coalesce(t.nome, '') else c.nome end,
            primeiro_nome      = case when c.nome = '' then nome_primeiro(t.nome) else c.primeiro_nome end,
            especialidade_nome = coalesce(c.especialidade_nome, t.especialidade),
            regiao             = coalesce(c.regiao, t.regiao),
            tags               = cliente_tags(c.tags || t.tags),
            data_nascimento    = coalesce(c.data_nascimento, t.nascimento),
            metadata           = t.metadata || c.metadata,
            updated_at         = agora()
        from pg_temp.importacao_lote t
        where c.id = t.cliente_id
          and not t.is_novo
          and (c.nome = '' and t.nome is not null
            or c.especialidade_nome is null and t.especialidade is not null
            or c.regiao is null and t.regiao is not null
            or not c.tags @> t.tags
            or c.data_nascimento is null and t.nascimento is not null
            or c.metadata is distinct from t.metadata || c.metadata)
        returning c.id
    )
    update pg_temp.importacao_lote t
    set is_mudado = true
    from mudadas m
    where m.id = t.cliente_id;

    insert into consentimentos (empresa_id, cliente_id, finalidade, acao, texto, canal, evidencia)
    select dona, t.cliente_id, 'marketing', case t.aceita when 1 then 'concedido' else 'revogado' end,
        format('importação %s linha %s', arquivo, t.linha_aceita), 'importacao',
        format('%s linha %s', arquivo, t.linha_aceita)
    from pg_temp.importacao_lote t
    where (t.aceita = 1 and t.ultima_acao is null and not t.is_optout and not t.era_optout)
       or (t.aceita = -1 and t.ultima_acao is distinct from 'revogado')
    order by t.n;
    update clientes c
    set marketing_permitido = t.aceita = 1, updated_at = agora()
    from pg_temp.importacao_lote t
    where c.id = t.cliente_id
      and not t.is_novo
      and (t.aceita = 1 and t.ultima_acao is null and not t.is_optout and not t.era_optout and not c.marketing_permitido
        or t.aceita = -1 and c.marketing_permitido);

    insert into supressoes (empresa_id, hash, motivo)
    select dona, t.hash, format('importação %s linha %s', arquivo, t.linha_optout)
    from pg_temp.importacao_lote t
    where t.is_novo and t.linha_optout is not null
    order by 2
    on conflict on constraint supressoes_unica do nothing;
    for pessoa in
        select t.* from pg_temp.importacao_lote t where not t.is_novo order by t.cliente_id
    loop
        if pessoa.is_optout and not pessoa.era_optout then
            perform supressao_aplicar(dona, pessoa.telefone,
                format('importação %s linha %s', arquivo, coalesce(pessoa.linha_optout, pessoa.linha)), 'importacao');
        elsif pessoa.aceita = -1 and pessoa.era_permitido then
            perform fila_cancelar_cliente(pessoa.cliente_id, 'sem_consentimento', true);
        end if;
    end loop;

    select count(*), count(*) filter (where t.is_novo), count(*) filter (where t.is_mudado),
        count(*) filter (where t.is_optout or t.era_optout),
        count(*) filter (where coalesce(t.aceita = -1 or t.aceita = 1 and t.ultima_acao = 'revogado'
            or t.aceita is null and not t.era_permitido, false)),
        count(*) filter (where t.aceita = 1 and t.ultima_acao = 'revogado')
    into contatos, novos, atualizados, optout, sem_consentimento, recusas_mantidas
    from pg_temp.importacao_lote t;
end
$$;
grant execute on function cliente_importar_lote(integer, integer) to carteiro_ops_escrita;
