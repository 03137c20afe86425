-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select p.escopo, coalesce(e.nome, c.waba_id, n.identificador, m.nome || ' (' || m.idioma || ')', 'tudo') as alvo,
        p.motivo, p.desde, p.ate,
        case when not p.automatica then p.por
             when p.sonda_ate > agora() then 'automática: uma mensagem está tentando'
             when p.ate <= agora() then 'automática: a próxima mensagem tenta'
             else 'automática' end as por,
        p.vezes as tentativas
    from pausas p
    left join empresas e on e.id = p.empresa_id
    left join contas c on c.id = p.conta_id
    left join numeros n on n.id = p.numero_id
    left join modelos m on m.id = p.modelo_id
    where (p.automatica or p.ate is null or p.ate > agora())
      and ($1 ->> 'empresa' is null or p.escopo = 'tudo' or exists (
          select 1 from empresas x
          where x.id = coalesce(e.id, c.empresa_id, n.empresa_id, m.empresa_id)
            and $1 ->> 'empresa' in (x.nome, x.id::text)))
    union all
    select 'campanha', k.nome, f.pausa_motivo, f.pausada_em, f.pausada_ate, null, null
    from faixas f
    join campanhas k on k.faixa_id = f.id
    join empresas e on e.id = k.empresa_id
    where f.pausada_em is not null
      and k.status = 'pausada'
      and ($1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text))
    order by 4
) as r
