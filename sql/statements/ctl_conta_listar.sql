-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select e.nome as empresa, c.waba_id, c.app_id, c.token_arquivo, c.segredo_arquivo, p.identificador as portfolio,
        p.alcance_limite, round(fator_agora(c.taxa_fator, c.taxa_fator_em)::numeric, 2) as fator,
        c.situacao, c.situacao_ate, x.motivo as pausa, x.ate as pausa_ate
    from contas c
    join empresas e on e.id = c.empresa_id
    join portfolios p on p.id = c.portfolio_id
    left join pausas x on x.conta_id = c.id and (x.automatica or x.ate is null or x.ate > agora())
    where $1 ->> 'empresa' is null or $1 ->> 'empresa' in (e.nome, e.id::text)
    order by e.nome, c.waba_id
) as r
