"""Fila: is it fine, what waits and why, how fast each number goes, what fails."""

from grafana import (GREEN, NUMERO, EMPRESA, OUTCOMES, RED, STATES, STATE_NAMES, WHERE, WHO, YELLOW, Bars, Heat, Lines, Ranking, Row, Stacked,
                     Stat, Table, colours, dashboard, override, prom, renamed, series, sql, steps)

EMP = 'empresa=~"${empresa:regex}"'
NUM = 'numero=~"${numero:regex}"'
NUMBER_OF = "numero_id::text in (${numero:sqlstring})"

BOARD = dashboard("carteiro-fila", "Carteiro · Fila", "O que espera, o que sai e por que não sai.", [
    Row("Está tudo bem?"),
    Stat("Vencida mais antiga", prom(f"max(carteiro_fila_vencida_mais_antiga_seconds{{{EMP}, {NUM}}})"), unit="s",
         about="Há quanto tempo espera a mensagem vencida e livre para sair mais antiga.",
         thresholds=steps((GREEN, None), (YELLOW, 30), (RED, 300))),
    Stat("Vencidas na fila", prom(f'sum(carteiro_fila_mensagens{{{EMP}, estado="vencida"}})'),
         about="Prontas para sair agora. Muitas não são um problema se saem no ritmo do número: veja a idade."),
    Stat("Enviadas por segundo", prom(f'sum(rate(carteiro_envios_total{{{NUM}, classe="ok"}}[$__rate_interval]))'), unit="cps"),
    Stat("Tempo para esvaziar",
         prom(f'sum(carteiro_fila_mensagens{{{EMP}, estado="vencida"}}) / sum(rate(carteiro_envios_total{{{NUM}, classe="ok"}}[10m]))'),
         unit="s", about="Vencidas divididas pelo ritmo dos últimos 10 minutos."),
    Stat("Resultado incerto", prom(f'sum(carteiro_fila_mensagens{{{EMP}, estado="incerta"}})'),
         about="Podem ter chegado: esperam a confirmação da Meta antes de qualquer nova tentativa.",
         thresholds=steps((GREEN, None), (YELLOW, 1), (RED, 100))),
    Stat("Falha no período", sql(f"""
        select sum(erros + falhas)::double precision / nullif(sum(enviadas + erros), 0) as falha from painel_horas where {WHERE}"""),
         unit="percentunit", about="Recusadas e não entregues sobre tudo o que foi tentado, nas horas do período.",
         thresholds=steps((GREEN, None), (YELLOW, 0.05), (RED, 0.1))),
    Row("O que há na fila"),
    Stacked("Mensagens por estado", prom(f"sum by (estado) (carteiro_fila_mensagens{{{EMP}}})", "{{estado}}"),
            overrides=colours(STATES) + [override(name, {"displayName": title, "color": {"mode": "fixed", "fixedColor": STATES[name]}})
                                         for name, title in STATE_NAMES.items()]),
    Ranking("Agora, por estado", sql(f"""
        select case estado when 'pendente' then 'Agendadas' when 'vencida' then 'Vencidas' when 'pausada' then 'Em pausa'
                when 'fora_da_janela' then 'Fora da janela' when 'processando' then 'Sendo enviadas' else 'Incertas' end as estado,
            sum(mensagens)::bigint as mensagens
        from painel_fila where {WHO} and {NUMBER_OF} group by 1 order by 2 desc"""), w=6,
            about="Contagem de alguns segundos atrás; não depende do período."),
    Table("Agora, por número: espera mais longa", sql(f"""
        select n.numero as "Número", f.empresa as "Empresa", sum(f.mensagens) filter (where f.estado = 'vencida')::bigint as "Vencidas",
            max(f.atraso_s) as "Mais antiga", sum(f.mensagens) filter (where f.estado in ('pausada', 'fora_da_janela'))::bigint as "Retidas",
            n.limite_por_s as "Limite por segundo", n.fator as "Fator"
        from painel_fila f join painel_numeros n on n.numero_id = f.numero_id
        where f.{WHO} and f.{NUMBER_OF} group by n.numero, f.empresa, n.limite_por_s, n.fator
        order by 4 desc nulls last limit 50"""), w=6, overrides=[override("Mais antiga", {"unit": "s"})]),
    Lines("Vencida mais antiga, por número",
          prom(f"topk(10, max by (numero) (carteiro_fila_vencida_mais_antiga_seconds{{{EMP}, {NUM}}}))", "{{numero}}"), unit="s"),
    Lines("Idade da contagem e pendências do planejador",
          prom("max(carteiro_fila_idade_seconds)", "Contagem da fila"), prom("max(carteiro_efeitos_mais_antigo_seconds)", "Efeitos"),
          prom("max by (tarefa) (carteiro_planejador_atraso_seconds)", "{{tarefa}}"), unit="s"),
    Row("Vazão e pontualidade"),
    Stacked("Envios por segundo, por resultado", prom(f"sum by (classe) (rate(carteiro_envios_total{{{NUM}}}[$__rate_interval]))", "{{classe}}"),
            unit="cps"),
    Bars("Mensagens encerradas por hora", series(f"""
        select $__timeGroupAlias(hora, '1h'), v.metric, v.value
        from (select hora, sum(enviadas)::bigint as enviadas, sum(erros)::bigint as erros, sum(canceladas)::bigint as canceladas,
                sum(expiradas)::bigint as expiradas
            from painel_horas where {WHERE} group by 1) x
        cross join lateral (values ('Enviadas', enviadas), ('Erros', erros), ('Canceladas', canceladas), ('Expiradas', expiradas))
            as v (metric, value)
        order by 1, 2"""), overrides=colours(OUTCOMES), interval="1h"),
    Lines("Atraso até a aceitação (p50, p95, p99)", *(
        prom(f"histogram_quantile({q}, sum by (le) (rate(carteiro_atraso_envio_seconds_bucket[$__rate_interval])))", name)
        for q, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))), unit="s",
          about="Do vencimento até a Meta aceitar; o objetivo é 99 % em 30 s."),
    Stat("Aceitas em até 30 s", prom("""sum(rate(carteiro_atraso_envio_seconds_bucket{le="30"}[$__range]))
        / sum(rate(carteiro_atraso_envio_seconds_count[$__range]))"""), unit="percentunit", w=4, h=8,
         thresholds=steps((RED, None), (YELLOW, 0.95), (GREEN, 0.99))),
    Heat("Mapa do atraso", prom("sum by (le) (increase(carteiro_atraso_envio_seconds_bucket[$__rate_interval]))", "{{le}}")
         | {"format": "heatmap"}, w=8),
    Lines("Atraso médio por hora", series(f"""
        select $__timeGroupAlias(hora, '1h'), tipo as metric, sum(espera_ms)::double precision / 1000 / nullif(sum(enviadas), 0) as value
        from painel_horas where {WHERE} group by 1, 2 having sum(enviadas) > 0 order by 1, 2"""), unit="s", interval="1h",
          about="Do vencimento (ou da criação, se depois) até a aceitação, por tipo de mensagem."),
    Lines("Duração de um envio (p95) e de uma reserva", prom(
        "histogram_quantile(0.95, sum by (le, resultado) (rate(carteiro_envio_seconds_bucket[$__rate_interval])))", "POST {{resultado}}"),
          prom("histogram_quantile(0.95, sum by (le) (rate(carteiro_reserva_seconds_bucket[$__rate_interval])))", "reserva"), unit="s"),
    Row("Números: ritmo contra limite, pausas"),
    Lines("Ritmo por número", prom(f'topk(10, sum by (numero) (rate(carteiro_envios_total{{{NUM}, classe="ok"}}[$__rate_interval])))',
                                   "{{numero}}"),
          prom(f"max by (numero) (carteiro_numero_limite_por_segundo{{{NUM}}})", "limite {{numero}}"), unit="cps",
          overrides=[override("/^limite/", {"custom.lineStyle": {"fill": "dash", "dash": [8, 8]}, "custom.fillOpacity": 0}, True)]),
    Lines("Uso do limite", prom(f"""topk(10, sum by (numero) (rate(carteiro_envios_total{{{NUM}, classe="ok"}}[$__rate_interval]))
        / max by (numero) (carteiro_numero_limite_por_segundo{{{NUM}}}))""", "{{numero}}"), unit="percentunit"),
    Lines("Fichas negadas por segundo", prom(f'topk(10, sum by (numero) (rate(carteiro_fichas_total{{{NUM}, resposta="negada"}}[$__rate_interval])))',
                                             "{{numero}}"), unit="cps", w=8,
          about="O limite do número segurou: normal em campanha grande."),
    Lines("Freio por excesso (fator do número)", prom(f"min by (numero) (carteiro_numero_fator{{{NUM}}})", "{{numero}}"),
          unit="percentunit", w=8, about="Abaixo de 100 % a Meta reclamou do ritmo; recupera 2 % por segundo."),
    Lines("Qualidade do número na Meta", prom(f"max by (numero) (carteiro_numero_qualidade{{{NUM}}})", "{{numero}}"), w=8, unit="none",
          about="1 boa, 3 sinalizada ou rebaixada."),
    Table("Pausas em vigor (agora)", sql("""
        select coalesce(empresa, 'todas') as "Empresa", escopo as "Escopo", alvo as "Alvo", motivo as "Motivo",
            case when automatica then 'automática' else 'por pessoa' end as "Origem", codigo as "Código", desde as "Desde", ate as "Até"
        from painel_pausas where empresa is null or empresa in (${empresa:sqlstring}) order by desde desc limit 100"""), w=16,
          overrides=[override("Código", {"unit": "none"})]),
    Lines("Pausas em vigor", prom('sum by (escopo, motivo) (carteiro_pausas{empresa=~"${empresa:regex}|todas"})', "{{escopo}}: {{motivo}}"), w=8),
    Row("Incertas e erros"),
    Table("Incertas (agora)", sql(f"""
        select i.id::text as "Mensagem", i.empresa as "Empresa", n.numero as "Número", i.tipo as "Tipo", i.garantia as "Garantia",
            i.tentativas as "Tentativas", i.devida_em as "Devida em", i.quarentena_ate as "Quarentena até"
        from painel_incertas i join painel_numeros n on n.numero_id = i.numero_id
        where i.{WHO} and i.{NUMBER_OF} order by i.quarentena_ate limit 50"""),
          about="carteiro fila explicar <id> conta a história de cada uma."),
    Lines("Resgates, quarentenas e acertos por minuto",
          prom('60 * sum(rate(carteiro_planejador_feitos_total{tarefa="resgate"}[$__rate_interval]))', "resgatadas"),
          prom('60 * sum(rate(carteiro_planejador_feitos_total{tarefa="quarentena"}[$__rate_interval]))', "quarentena encerrada"),
          prom('60 * sum by (resultado) (rate(carteiro_gravadas_total{resultado!="gravada"}[$__rate_interval]))', "{{resultado}}")),
    Bars("Erros por classe", series(f"""
        select $__timeGroupAlias(hora, '1h'), classe as metric, sum(erros + falhas)::bigint as value
        from painel_erros where {WHERE} group by 1, 2 order by 1, 2"""), interval="1h",
         overrides=renamed({"passageiro": "Passageiro", "conteudo": "Conteúdo", "conta": "Conta ou número", "destinatario": "Destinatário",
                            "limite_pessoa": "Limite da pessoa", "optout": "Pediu para sair", "incerto": "Incerto", "outro": "Outro"})),
    Table("Erros por código no período", sql(f"""
        select codigo as "Código", descricao as "O que quer dizer", classe as "Classe", sum(erros)::bigint as "Recusadas",
            sum(falhas)::bigint as "Não entregues"
        from painel_erros where {WHERE} group by 1, 2, 3 order by sum(erros + falhas) desc limit 30"""),
          overrides=[override("Código", {"unit": "none"})]),
    Lines("Recusas e repetições por segundo", prom(
        f'sum by (classe) (rate(carteiro_envios_total{{{NUM}, classe!="ok"}}[$__rate_interval]))', "{{classe}}"), unit="cps"),
    Lines("Tentativas por mensagem aceita (média)", prom("""sum(rate(carteiro_tentativas_por_mensagem_sum[$__rate_interval]))
        / sum(rate(carteiro_tentativas_por_mensagem_count[$__rate_interval]))""", "tentativas"), unit="none"),
], variables=(EMPRESA, NUMERO), since="now-6h", refresh="30s")
