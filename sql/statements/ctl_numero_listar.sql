-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select n.id, e.nome as empresa, n.identificador, n.telefone, c.waba_id as conta, n.padrao, n.ativo, n.rajada,
        n.taxa, round(fator.vale::numeric, 2) as fator,
        case when n.taxa is not null then round((n.taxa * fator.vale)::numeric, 2) end as taxa_agora,
        n.qualidade, n.qualidade_limite,
        p.motivo as pausa, p.ate as pausa_ate
    from numeros n
    join empresas e on e.id = n.empresa_id
    join contas c on c.id = n.conta_id
    cross join lateral (
        select fator_agora(n.taxa_fator, n.taxa_fator_em) * fator_agora(c.taxa_fator, c.taxa_fator_em) as vale) as fator
    -- the one that lasts longest, of all that stop it
    left join lateral (
        select x.motivo, x.ate
        from pausas x
        where (x.automatica or x.ate is null or x.ate > agora())
          and (x.escopo = 'tudo' or x.numero_id = n.id or x.conta_id = n.conta_id or x.empresa_id = n.empresa_id)
        order by x.ate desc nulls first
        limit 1) as p on true
    where $1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text)
    order by e.nome, n.id
) as r
