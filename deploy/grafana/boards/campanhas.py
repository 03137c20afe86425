"""Campanhas: how far each is, from sent to answered, when it ends, which do well."""

from grafana import (CAMPAIGN, CAMPANHA, EMPRESA, GREEN, NUMERO, OUTCOMES, RED, WHERE, WHO, YELLOW, Bars, Columns, Lines, Ranking, Row, Stat,
                     Table, colours, dashboard, override, series, sql, steps)

REAL = "campanha_id <> '00000000-0000-0000-0000-000000000000'"
W = f"{WHERE} and {CAMPAIGN} and {REAL}"
# campaigns that ran within the range
RAN = (f"{WHO} and {CAMPAIGN} and iniciada_em <= $__timeTo()::timestamptz"
       " and (finalizada_em is null or finalizada_em >= $__timeFrom()::timestamptz)")
DONE = "(enviadas + erros + canceladas + expiradas)"


def _rate(part, whole="enviadas"):
    return sql(f"select sum({part})::double precision / nullif(sum({whole}), 0) as taxa from painel_horas where {W}")


def _best(order, about):
    return Table(about, sql(f"""
        select c.campanha as "Campanha", c.empresa as "Empresa", h.enviadas as "Enviadas", h.respostas::double precision / h.enviadas as "Respostas",
            h.lidas::double precision / h.enviadas as "Lidas", h.falha as "Falha"
        from (select campanha_id, sum(enviadas) as enviadas, sum(respostas) as respostas, sum(lidas) as lidas,
                sum(erros + falhas)::double precision / nullif(sum(enviadas + erros), 0) as falha
            from painel_horas where {W} group by 1 having sum(enviadas) >= 30) h
        join painel_campanhas_nomes c on c.campanha_id = h.campanha_id
        order by 4 {order}, 5 {order} limit 10"""),
        overrides=[override(name, {"unit": "percentunit"}) for name in ("Respostas", "Lidas", "Falha")],
        about="Por taxa de resposta, das que enviaram ao menos 30 no período.")


BOARD = dashboard("carteiro-campanhas", "Carteiro · Campanhas", "Progresso, funil e resultado das campanhas.", [
    Row("No período"),
    Stat("Campanhas ativas", sql(f"select count(*) as ativas from painel_campanhas_nomes where {WHO} and {CAMPAIGN} and status = 'ativa'"),
         about="Agora."),
    Stat("Em pausa", sql(f"select count(*) as pausadas from painel_campanhas_nomes where {WHO} and {CAMPAIGN} and status = 'pausada'"),
         about="Agora.", thresholds=steps((GREEN, None), (YELLOW, 1))),
    Stat("Enviadas", sql(f"select coalesce(sum(enviadas), 0)::bigint as enviadas from painel_horas where {W}")),
    Stat("Taxa de entrega", _rate("entregues"), unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.8), (GREEN, 0.9))),
    Stat("Taxa de leitura", _rate("lidas"), unit="percentunit"),
    Stat("Taxa de resposta", _rate("respostas"), unit="percentunit"),
    Row("Progresso"),
    Table("Campanhas do período", sql(f"""
        select campanha as "Campanha", empresa as "Empresa", status as "Situação", total_destinatarios as "Pessoas",
            {DONE}::double precision / nullif(total_destinatarios, 0) as "Progresso", enviadas as "Enviadas", entregues as "Entregues",
            lidas as "Lidas", respostas as "Respostas", erros + falhas as "Falhas", canceladas + expiradas as "Não enviadas",
            iniciada_em as "Início", finalizada_em as "Fim", pausa_motivo as "Motivo da pausa"
        from (select campanha_id as id from painel_campanhas_nomes where {RAN} order by iniciada_em desc limit 100) k
        join painel_campanhas c on c.campanha_id = k.id
        order by iniciada_em desc"""), w=24, h=10, about="Os números são da campanha inteira; a lista, das que rodaram no período.",
          overrides=[override("Progresso", {"unit": "percentunit", "min": 0, "max": 1,
                                            "custom.cellOptions": {"type": "gauge", "mode": "basic"}})]),
    Table("Previsão de fim das ativas (agora)", sql(f"""
        select c.campanha as "Campanha", c.empresa as "Empresa", c.total_destinatarios - {DONE} as "Faltam",
            painel_campanha_termina(c.campanha_id) as "Previsão de fim"
        from (select campanha_id as id from painel_campanhas_nomes where {WHO} and {CAMPAIGN} and status = 'ativa'
            order by iniciada_em desc limit 20) k
        join painel_campanhas c on c.campanha_id = k.id
        order by 4 nulls last"""), w=24, about="No ritmo da última hora, dentro das janelas de envio; vazia: ninguém sabe."),
    Row("Funil"),
    Ranking("Enviada → entregue → lida → respondida", sql(f"""
        select v.etapa, v.mensagens
        from (select sum(enviadas)::bigint as e, sum(entregues)::bigint as r, sum(lidas)::bigint as l, sum(respostas)::bigint as p
            from painel_horas where {W}) s
        cross join lateral (values (1, 'Enviadas', s.e), (2, 'Entregues', s.r), (3, 'Lidas', s.l), (4, 'Respondidas', s.p)) as v (n, etapa, mensagens)
        order by v.n"""), about="Das mensagens que saíram no período, o que aconteceu até agora."),
    Columns("Funil por campanha", sql(f"""
        select c.campanha as campanha, h.enviadas as "Enviadas", h.entregues as "Entregues", h.lidas as "Lidas", h.respostas as "Respondidas"
        from (select campanha_id, sum(enviadas)::bigint as enviadas, sum(entregues)::bigint as entregues, sum(lidas)::bigint as lidas,
                sum(respostas)::bigint as respostas
            from painel_horas where {W} group by 1 order by 2 desc limit 10) h
        join painel_campanhas_nomes c on c.campanha_id = h.campanha_id
        order by 2 desc"""), overrides=colours(OUTCOMES), options={"xField": "campanha", "stacking": "none"}),
    Bars("Envios de campanha por hora", series(f"""
        with x as materialized (select hora, campanha_id, sum(enviadas) as enviadas from painel_horas where {W} group by 1, 2),
            maior as (select campanha_id from x group by 1 order by sum(enviadas) desc limit 15)
        select $__timeGroupAlias(x.hora, '1h'), c.campanha as metric, sum(x.enviadas)::bigint as value
        from maior m join x on x.campanha_id = m.campanha_id
        join painel_campanhas_nomes c on c.campanha_id = x.campanha_id
        group by 1, 2 order by 1, 2"""), interval="1h", about="As quinze maiores do período."),
    Lines("Taxas por hora", series(f"""
        select $__timeGroupAlias(hora, '1h'), v.metric, v.value / enviadas as value
        from (select hora, sum(enviadas)::double precision as enviadas, sum(entregues) as entregues, sum(lidas) as lidas, sum(respostas) as respostas
            from painel_horas where {W} group by 1 having sum(enviadas) > 0) x
        cross join lateral (values ('Entregues', entregues), ('Lidas', lidas), ('Respondidas', respostas)) as v (metric, value)
        order by 1, 2"""), unit="percentunit", interval="1h", overrides=colours(OUTCOMES)),
    Row("Melhores, piores, falhas"),
    _best("desc", "Melhores campanhas"),
    _best("asc", "Piores campanhas"),
    Table("Por que falharam", sql(f"""
        select codigo as "Código", descricao as "O que quer dizer", classe as "Classe", sum(erros)::bigint as "Recusadas",
            sum(falhas)::bigint as "Não entregues"
        from painel_erros where {W} group by 1, 2, 3 order by sum(erros + falhas) desc limit 30"""),
          overrides=[override("Código", {"unit": "none"})]),
    Bars("Fim das mensagens de campanha", series(f"""
        select $__timeGroupAlias(hora, '1h'), v.metric, v.value
        from (select hora, sum(enviadas)::bigint as enviadas, sum(erros)::bigint as erros, sum(canceladas)::bigint as canceladas,
                sum(expiradas)::bigint as expiradas
            from painel_horas where {W} group by 1) x
        cross join lateral (values ('Enviadas', enviadas), ('Erros', erros), ('Canceladas', canceladas), ('Expiradas', expiradas))
            as v (metric, value)
        order by 1, 2"""), interval="1h", overrides=colours(OUTCOMES)),
], variables=(EMPRESA, NUMERO, CAMPANHA), since="now-7d", refresh="1m")
