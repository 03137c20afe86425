-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select m.nome, m.idioma, m.categoria, m.situacao, e.nome as empresa, c.waba_id as conta, m.corpo,
        m.qualidade, m.categoria_prevista, m.categoria_prevista_para, m.situacao_motivo, p.motivo as pausa, p.ate as pausa_ate
    from modelos m
    join contas c on c.id = m.conta_id
    join empresas e on e.id = m.empresa_id
    left join pausas p on p.modelo_id = m.id and (p.automatica or p.ate is null or p.ate > agora())
    where $1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text)
    order by e.nome, m.nome, m.idioma
) as r
