-- segmento_previa: who a segment reaches now: {total, amostra [{nome, especialidade, regiao}] (10),
-- excluidos {motivo: n}}.
--
-- By its name (`segmento`) or by `criterios`; by both: who meets both. `total` are those whom a campaign
-- may write to; who opted out, has no phone or no consent in force is counted in excluidos. What hangs on
-- the campaign (24 h window, placeholders) is campanha_previa's. Raises 22023 naming what is wrong.
create or replace function segmento_previa(criterios jsonb default null, empresa text default null, segmento text default null)
returns jsonb
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
as $$
declare
    dona uuid := empresa_resolver(segmento_previa.empresa);
    f segmento_filtro := segmento_compile(segmento_criterios(segmento_previa.criterios, dona), agora());
    g segmento_filtro;
    total bigint;
    excluidos jsonb;
    amostra jsonb;
begin
    if segmento_previa.segmento is not null then
        g := segmento_compile((segmento_resolver(dona, segmento_previa.segmento)).criterios, agora());
    end if;
    select coalesce(sum(x.n) filter (where x.exclusao is null), 0),
           coalesce(jsonb_object_agg(x.exclusao, x.n) filter (where x.exclusao is not null), '{}')
    into total, excluidos
    from (
        select campanha_exclusao(cl, '{}', true, '{}', '{}') as exclusao, count(*) as n
        from clientes cl
        where cl.empresa_id = dona and segmento_has(cl, f) and segmento_has(cl, g)
        group by 1
    ) as x;
    select coalesce(jsonb_agg(jsonb_build_object('nome', p.nome, 'especialidade', p.especialidade_nome, 'regiao', p.regiao)
        order by p.id), '[]')
    into amostra
    from (
        select cl.*
        from clientes cl
        where cl.empresa_id = dona and segmento_has(cl, f) and segmento_has(cl, g)
          and campanha_exclusao(cl, '{}', true, '{}', '{}') is null
          and cl.telefone is distinct from '' -- walks clientes_segmento
        order by cl.id
        limit 10
    ) as p;
    return jsonb_build_object('total', total, 'amostra', amostra, 'excluidos', excluidos);
end
$$;
grant execute on function segmento_previa(jsonb, text, text) to carteiro_ops_leitura, carteiro_ops_escrita;
