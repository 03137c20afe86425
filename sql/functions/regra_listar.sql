-- regra_listar: the company's rules, with what they say.
create or replace function regra_listar(empresa text default null)
returns table (nome text, gatilho text, etapa text, ativa boolean, atraso interval, max_envios integer, carencia interval,
    validade interval, tipo text, proposito text, prioridade smallint, versao integer, textos text[], modelos text[])
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    dona constant uuid := empresa_resolver(regra_listar.empresa);
begin
    perform regras_install(dona);
    return query
    select r.nome, r.gatilho, r.etapa, r.ativa, r.atraso, r.max_envios, r.carencia, r.validade, r.tipo, r.proposito,
        r.prioridade, r.versao,
        array(select m.texto from regra_mensagens m where m.regra_id = r.id order by m.ordem),
        array(select m.modelo from regra_mensagens m where m.regra_id = r.id order by m.ordem)
    from regras_followup r
    where r.empresa_id = dona
    order by r.id;
end
$$;
grant execute on function regra_listar(text) to carteiro_ops_escrita;
