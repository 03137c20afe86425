"""Mensagens: what went to whom it may concern, by type, company, hour and day; success and how long it took."""

from grafana import (BLUE, CAMPAIGN, CAMPANHA, EMPRESA, GREEN, NUMERO, OUTCOMES, RED, WHERE, YELLOW, Bars, Columns, Lines, Pie, Ranking, Row,
                     Stat, Table, colours, dashboard, override, series, sql, steps)

W = f"{WHERE} and {CAMPAIGN}"
# days and hours of the clock of each company; grouped by hour before, so that few rows are converted
BY_HOUR = f"(select hora, fuso, sum(enviadas) as enviadas from painel_horas where {W} group by 1, 2) x"

BOARD = dashboard("carteiro-mensagens", "Carteiro · Mensagens", "Mensagens por tipo, empresa, hora e dia; sucesso e tempo.", [
    Row("No período"),
    Stat("Enviadas", sql(f"select coalesce(sum(enviadas), 0)::bigint as enviadas from painel_horas where {W}")),
    Stat("Entregues", sql(f"select sum(entregues)::double precision / nullif(sum(enviadas), 0) as entregues from painel_horas where {W}"),
         unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.8), (GREEN, 0.9))),
    Stat("Lidas", sql(f"select sum(lidas)::double precision / nullif(sum(enviadas), 0) as lidas from painel_horas where {W}"), unit="percentunit"),
    Stat("Sucesso", sql(f"""select sum(enviadas - falhas)::double precision / nullif(sum(enviadas + erros), 0) as sucesso
        from painel_horas where {W}"""), unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.9), (GREEN, 0.95)),
         about="Aceitas e não devolvidas, sobre tudo o que foi tentado."),
    Stat("Tempo médio de processamento", sql(f"""
        select sum(espera_ms)::double precision / 1000 / nullif(sum(enviadas), 0) as tempo from painel_horas where {W}"""), unit="s",
         about="Do vencimento (ou da criação, se depois) até a Meta aceitar."),
    Stat("Erros e falhas", sql(f"select coalesce(sum(erros + falhas), 0)::bigint as falhas from painel_horas where {W}"),
         thresholds=steps((GREEN, None), (RED, 1))),
    Row("Por tipo e por empresa"),
    Bars("Mensagens por tipo", series(f"""
        select $__timeGroupAlias(hora, '1h'), tipo as metric, sum(enviadas)::bigint as value from painel_horas where {W}
        group by 1, 2 order by 1, 2"""), interval="1h"),
    Pie("Tipos no período", sql(f"""
        select tipo, sum(enviadas)::bigint as enviadas from painel_horas where {W} group by 1 having sum(enviadas) > 0 order by 2 desc"""), w=6),
    Pie("Origem no período", sql(f"""
        select origem, sum(enviadas)::bigint as enviadas from painel_horas where {W} group by 1 having sum(enviadas) > 0 order by 2 desc"""), w=6),
    Ranking("Empresas mais ativas", sql(f"""
        select empresa, sum(enviadas)::bigint as enviadas from painel_horas where {W} group by 1 order by 2 desc limit 20"""), h=10),
    Table("Sucesso e falha por empresa", sql(f"""
        select empresa as "Empresa", sum(enviadas)::bigint as "Enviadas", sum(entregues)::double precision / nullif(sum(enviadas), 0) as "Entregues",
            sum(lidas)::double precision / nullif(sum(enviadas), 0) as "Lidas",
            sum(erros + falhas)::double precision / nullif(sum(enviadas + erros), 0) as "Falha",
            sum(espera_ms)::double precision / 1000 / nullif(sum(enviadas), 0) as "Tempo médio"
        from painel_horas where {W} group by 1 order by 2 desc limit 100"""), h=10,
          overrides=[override(name, {"unit": "percentunit"}) for name in ("Entregues", "Lidas", "Falha")]
          + [override("Tempo médio", {"unit": "s"})]),
    Row("Quando"),
    Columns("Horários de pico", sql(f"""
        select to_char(h, 'FM00') || 'h' as hora, coalesce(sum(x.enviadas), 0)::bigint as "Enviadas"
        from generate_series(0, 23) h left join {BY_HOUR} on extract(hour from x.hora at time zone x.fuso) = h
        group by h order by h"""), options={"xField": "hora"}, about="No relógio de cada empresa."),
    Columns("Dias da semana", sql(f"""
        select (array['Seg', 'Ter', 'Qua', 'Qui', 'Sex', 'Sáb', 'Dom'])[d] as dia, coalesce(sum(x.enviadas), 0)::bigint as "Enviadas"
        from generate_series(1, 7) d left join {BY_HOUR} on extract(isodow from x.hora at time zone x.fuso) = d
        group by d order by d"""), options={"xField": "dia"}),
    Columns("Mensagens por dia", sql(f"""
        select to_char((x.hora at time zone x.fuso)::date, 'DD/MM') as dia, sum(x.enviadas)::bigint as "Enviadas", sum(x.erros)::bigint as "Erros",
            sum(x.falhas)::bigint as "Falhas"
        from (select hora, fuso, sum(enviadas) as enviadas, sum(erros) as erros, sum(falhas) as falhas from painel_horas where {W} group by 1, 2) x
        group by (x.hora at time zone x.fuso)::date order by (x.hora at time zone x.fuso)::date"""), w=24,
            options={"xField": "dia"}, overrides=colours(OUTCOMES)),
    Row("Sucesso e tempo"),
    Bars("Sucesso e falha por hora", series(f"""
        select $__timeGroupAlias(hora, '1h'), v.metric, v.value
        from (select hora, sum(enviadas)::bigint as enviadas, sum(entregues)::bigint as entregues, sum(falhas)::bigint as falhas,
                sum(erros)::bigint as erros
            from painel_horas where {W} group by 1) x
        cross join lateral (values ('Entregues', entregues), ('Sem confirmação de entrega', enviadas - entregues - falhas),
            ('Falhas', falhas), ('Erros', erros)) as v (metric, value)
        order by 1, 2"""), interval="1h",
         overrides=colours({**OUTCOMES, "Sem confirmação de entrega": BLUE})),
    Lines("Tempo médio de processamento", series(f"""
        select $__timeGroupAlias(hora, '1h'), tipo as metric, sum(espera_ms)::double precision / 1000 / nullif(sum(enviadas), 0) as value
        from painel_horas where {W} group by 1, 2 having sum(enviadas) > 0 order by 1, 2"""), unit="s", interval="1h"),
], variables=(EMPRESA, NUMERO, CAMPANHA), since="now-7d", refresh="5m")
