-- regra_propor_modelos: makes a draft of each rule's template in each account of the company, so that
-- `carteiro modelo publicar` can send them to Meta. Returns them all, with how they stand.
--
-- A template that is there stays as it is; what Meta refused is corrected by modelo_salvar.
create or replace function regra_propor_modelos(empresa text default null)
returns table (nome text, conta text, categoria text, situacao text, regra text, corpo text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(regra_propor_modelos.empresa);
    v record;
begin
    perform regras_install(dona);
    for v in
        select m.modelo, m.categoria, coalesce(m.modelo_corpo, m.texto) as corpo, m.modelo_botoes, c.id as conta_id, c.waba_id
        from regras_followup r
        join regra_mensagens m on m.regra_id = r.id
        join contas c on c.empresa_id = r.empresa_id
        where r.empresa_id = dona
          and m.modelo is not null
          and not exists (select 1 from modelos x where x.conta_id = c.id and x.nome = m.modelo)
        order by r.id, m.ordem, c.id
    loop
        perform modelo_salvar(v.modelo, v.corpo, categoria => v.categoria, idioma => 'pt_BR', conta => v.waba_id,
            empresa => dona::text);
        update modelos x set botoes = v.modelo_botoes where x.conta_id = v.conta_id and x.nome = v.modelo;
    end loop;
    return query
    select x.nome, c.waba_id, x.categoria, x.situacao, r.nome, x.corpo
    from regras_followup r
    join regra_mensagens m on m.regra_id = r.id
    join modelos x on x.empresa_id = r.empresa_id and x.nome = m.modelo
    join contas c on c.id = x.conta_id
    where r.empresa_id = dona
    order by r.id, m.ordem, c.id;
end
$$;
grant execute on function regra_propor_modelos(text) to carteiro_ops_escrita;
