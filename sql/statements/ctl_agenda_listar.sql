-- (jsonb) -> (linha json)
select to_json(r) as linha
from (
    select l.nome, l.da_empresa, l.cron, l.fuso, l.acao, l.perdidas, l.ativa, l.proxima_local as proxima, l.proxima_em,
        l.ultima_em, l.duracao_ms, l.ultimo_resultado, l.ultimo_erro
    from agenda_listar(empresa => $1 ->> 'empresa') l
) as r
