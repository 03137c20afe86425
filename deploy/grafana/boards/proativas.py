"""Proativas: messages to owners by type, company and hour, and whether they went."""

from grafana import (BLUE, EMPRESA, GREEN, RED, WHO, YELLOW, Bars, Columns, Lines, Pie, Ranking, Row, Stat, Table, colours, dashboard, override,
                     series, sql, steps)

W = f"$__timeFilter(agendada_para) and {WHO}"
TYPE = ("case tipo when 'daily_summary' then 'Resumo do dia' when 'inactive_clients' then 'Clientes inativos'"
        " when 'birthdays' then 'Aniversários' when 'opportunities' then 'Oportunidades' when 'low_occupancy' then 'Agenda vazia'"
        " else 'Campanha sob medida' end")
STATUS = "case status when 'sent' then 'Enviadas' when 'failed' then 'Falhas' else 'Pendentes' end"
COLOURS = {"Enviadas": GREEN, "Falhas": RED, "Pendentes": BLUE}


def _count(status):
    return sql(f"select count(*) as quantas from painel_proativas where {W} and status = '{status}'")


BOARD = dashboard("carteiro-proativas", "Carteiro · Proativas", "Mensagens aos donos.", [
    Row("No período"),
    Stat("Planejadas", sql(f"select count(*) as planejadas from painel_proativas where {W}")),
    Stat("Enviadas", _count("sent")),
    Stat("Falhas", _count("failed"), thresholds=steps((GREEN, None), (RED, 1))),
    Stat("Pendentes", _count("pending")),
    Stat("Sucesso", sql(f"""select count(*) filter (where status = 'sent')::double precision
        / nullif(count(*) filter (where status <> 'pending'), 0) as sucesso from painel_proativas where {W}"""), unit="percentunit",
         thresholds=steps((RED, None), (YELLOW, 0.9), (GREEN, 0.97))),
    Stat("Tempo médio de processamento", sql(f"""
        select avg(extract(epoch from enviada_em - agendada_para))::double precision as tempo from painel_proativas where {W} and status = 'sent'"""),
         unit="s", about="De pronta até sair."),
    Row("Por tipo e por empresa"),
    Bars("Mensagens por tipo, por dia", series(f"""
        select date_trunc('day', agendada_para, fuso) as "time", {TYPE} as metric, count(*) as value from painel_proativas where {W}
        group by 1, 2 order by 1, 2"""), interval="1d"),
    Pie("Tipos no período", sql(f"select {TYPE} as tipo, count(*) as quantas from painel_proativas where {W} group by 1 order by 2 desc"), w=12),
    Ranking("Empresas mais ativas", sql(f"select empresa, count(*) as quantas from painel_proativas where {W} group by 1 order by 2 desc limit 20")),
    Table("Sucesso por tipo", sql(f"""
        select {TYPE} as "Tipo", count(*) as "Planejadas", count(*) filter (where status = 'sent') as "Enviadas",
            count(*) filter (where status = 'failed') as "Falhas",
            count(*) filter (where status = 'sent')::double precision / nullif(count(*) filter (where status <> 'pending'), 0) as "Sucesso",
            avg(extract(epoch from enviada_em - agendada_para)) filter (where status = 'sent')::double precision as "Tempo médio"
        from painel_proativas where {W} group by 1 order by 2 desc"""),
          overrides=[override("Sucesso", {"unit": "percentunit"}), override("Tempo médio", {"unit": "s"})]),
    Row("Quando"),
    Columns("Horários de pico", sql(f"""
        select to_char(h, 'FM00') || 'h' as hora, count(x.agendada_para) as "Mensagens"
        from generate_series(0, 23) h
        left join (select agendada_para, fuso from painel_proativas where {W}) x on extract(hour from x.agendada_para at time zone x.fuso) = h
        group by h order by h"""), options={"xField": "hora"}, about="No relógio de cada empresa."),
    Bars("Sucesso e falha por dia", series(f"""
        select date_trunc('day', agendada_para, fuso) as "time", {STATUS} as metric, count(*) as value from painel_proativas where {W}
        group by 1, 2 order by 1, 2"""), interval="1d", overrides=colours(COLOURS)),
    Lines("Tempo médio por dia", series(f"""
        select date_trunc('day', agendada_para, fuso) as "time", 'Tempo médio' as metric,
            avg(extract(epoch from enviada_em - agendada_para))::double precision as value
        from painel_proativas where {W} and status = 'sent' group by 1 order by 1"""), unit="s", interval="1d"),
    Table("Agendas", sql(f"""
        select nome as "Agenda", empresa as "Empresa", cron as "Cron", fuso as "Fuso", case when ativa then 'ligada' else 'desligada' end as "Situação",
            proxima_em as "Próxima", ultima_em as "Última", case when falhou then 'falhou' else '' end as "Última vez"
        from painel_agendas where empresa = 'todas' or {WHO} order by proxima_em nulls last limit 100""")),
], variables=(EMPRESA,), since="now-30d", refresh="5m")
