"""Pós-atendimento: who answered the message after the visit, and how."""

from grafana import (BLUE, EMPRESA, GREEN, GREY, RED, WHO, YELLOW, Bars, Lines, Pie, Row, Stat, Table, colours, dashboard, override, prom, series,
                     sql, steps)

W = f"$__timeFilter(enviado_em) and {WHO}"
ANSWERS = {"Sim": GREEN, "Não": "orange", "Comentário": BLUE, "Sem resposta": GREY}
NAMED = ("case resposta when 'positive' then 'Sim' when 'negative' then 'Não' when 'feedback' then 'Comentário'"
         " else 'Sem resposta' end")
# what people already ask Prometheus, letter for letter
SENT = "sum(rate(secretaria_appointment_followups_sent_total[1d]))"
POSITIVE = ("sum by (company) (rate(secretaria_appointment_followups_positive_total[7d])"
            " / clamp_min(rate(secretaria_appointment_followups_sent_total[7d]), 1))")


def _count(answer):
    return sql(f"select count(*) as quantas from painel_atendimento where {W} and resposta = '{answer}'")


BOARD = dashboard("carteiro-atendimento", "Carteiro · Pós-atendimento", "Respostas à mensagem depois da visita.", [
    Row("No período"),
    Stat("Enviadas", sql(f"select count(*) as enviadas from painel_atendimento where {W}")),
    Stat("Taxa de resposta", sql(f"""
        select count(*) filter (where resposta <> 'pending')::double precision / nullif(count(*), 0) as taxa from painel_atendimento where {W}"""),
         unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.2), (GREEN, 0.4))),
    Stat("Positivas", _count("positive"), about="Querem marcar o próximo encontro."),
    Stat("Negativas", _count("negative")),
    Stat("Comentários", _count("feedback")),
    Stat("Pendentes", _count("pending"), about="Enviadas no período e ainda sem resposta."),
    Row("Por dia"),
    Bars("Respostas por dia", series(f"""
        select date_trunc('day', enviado_em, fuso) as "time", {NAMED} as metric, count(*) as value
        from painel_atendimento where {W} group by 1, 2 order by 1, 2"""), w=24, h=9, interval="1d", overrides=colours(ANSWERS),
         about="Pelo dia do envio; abre nos últimos 30 dias."),
    Lines("Taxa de resposta por dia", series(f"""
        select date_trunc('day', enviado_em, fuso) as "time", 'Responderam' as metric,
            count(*) filter (where resposta <> 'pending')::double precision / count(*) as value
        from painel_atendimento where {W} group by 1 order by 1"""), unit="percentunit", interval="1d"),
    Pie("Respostas no período", sql(f"""
        select {NAMED} as resposta, count(*) as quantas from painel_atendimento where {W} group by 1 order by 2 desc"""), w=12,
        overrides=colours(ANSWERS)),
    Row("Empresas"),
    Table("Por empresa", sql(f"""
        select empresa as "Empresa", count(*) as "Enviadas", count(*) filter (where resposta = 'positive') as "Positivas",
            count(*) filter (where resposta = 'negative') as "Negativas", count(*) filter (where resposta = 'feedback') as "Comentários",
            count(*) filter (where resposta = 'pending') as "Pendentes",
            count(*) filter (where resposta <> 'pending')::double precision / count(*) as "Taxa de resposta"
        from painel_atendimento where {W} group by 1 order by 2 desc limit 100"""),
          overrides=[override("Taxa de resposta", {"unit": "percentunit"})]),
    Table("Respostas que esperam uma pessoa (agora)", sql(f"""
        select empresa as "Empresa", pergunta as "Pergunta", classe as "Parece", motivo as "Por quê", count(*) as "Quantas",
            min(recebida_em) as "A mais antiga"
        from painel_respostas_abertas where {WHO} group by 1, 2, 3, 4 order by 6 limit 50"""),
          about="carteiro resposta listar mostra cada uma."),
    Row("Métricas"),
    Lines("Enviadas por segundo (média de um dia)", prom(SENT, "enviadas"), unit="cps"),
    Lines("Positivas por enviada, por empresa (7 dias)", prom(POSITIVE, "{{company}}"), unit="percentunit"),
], variables=(EMPRESA,), since="now-30d", refresh="5m")
