-- regras_install: gives a company the built-in rules that it lacks, with their texts, and each its
-- lane of the queue. Returns how many it made.
--
-- Repeatable: a rule that is there stays as it is, changed or not. Rules for owners share one lane:
-- 20 messages a minute for each number, whatever their kind. Called when a company is made.
create or replace function regras_install(empresa uuid)
returns integer
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_empresa constant uuid := empresa;
    v_novas bigint[];
begin
    with nova as (
        insert into regras_followup (empresa_id, nome, gatilho, etapa, atraso, max_envios, tipo, proposito,
            prioridade, validade)
        select v_empresa, p.nome, p.gatilho, p.etapa, p.atraso, p.max_envios, p.tipo, p.proposito, p.prioridade,
            p.validade
        from regra_padroes() p
        order by p.nome -- two at once wait for each other, in one order
        on conflict on constraint regras_followup_unica do nothing
        returning id
    )
    select array_agg(n.id) into v_novas from nova n;
    if v_novas is null then
        return 0;
    end if;

    insert into regra_mensagens (regra_id, ordem, texto, carga, modelo, modelo_corpo, modelo_botoes, categoria,
        parametros)
    select r.id, t.ordem, t.texto, t.carga,
        'carteiro_' || r.nome || case when t.ordem > 1 then '_' || t.ordem else '' end,
        t.modelo_corpo, t.modelo_botoes, t.categoria, (texto_formato(coalesce(t.modelo_corpo, t.texto))).chaves
    from regras_followup r
    join regra_textos() t on t.nome = r.nome
    where r.id = any (v_novas);

    insert into faixas (empresa_id, origem, origem_id, proposito, taxa)
    select v_empresa, regra_origem(r.gatilho), regra_faixa_chave(r), min(r.proposito),
        case when r.gatilho = 'proativa' then 20 / 60.0 end
    from regras_followup r
    where r.id = any (v_novas)
    group by 2, 3, r.gatilho
    on conflict on constraint faixas_origem do nothing;
    update regras_followup r
    set faixa_id = f.id
    from faixas f
    where r.id = any (v_novas)
      and f.origem = regra_origem(r.gatilho)
      and f.origem_id = regra_faixa_chave(r);
    return cardinality(v_novas);
end
$$;
grant execute on function regras_install(uuid) to carteiro_ops_escrita;
