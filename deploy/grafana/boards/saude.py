"""Webhooks e saúde: what Meta tells us, how fast we answer, and how the processes are."""

from grafana import EMPRESA, GREEN, NUMERO, RED, WHO, YELLOW, Lines, Row, Stacked, Stat, Table, dashboard, prom, sql, steps

NUM = 'numero=~"${numero:regex}"'


def quantiles(metric):
    return [prom(f"histogram_quantile({q}, sum by (le) (rate({metric}_bucket[$__rate_interval])))", name)
            for q, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))]


BOARD = dashboard("carteiro-saude", "Carteiro · Webhooks e saúde", "O que a Meta conta, em quanto tempo respondemos, e como vão os processos.", [
    Row("Está tudo bem?"),
    Stat("Webhooks respondidos em 1 s", prom("""sum(rate(carteiro_webhook_seconds_bucket{le="1"}[$__range]))
        / sum(rate(carteiro_webhook_seconds_count[$__range]))"""), unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.97), (GREEN, 0.99))),
    Stat("Recusados no período", prom("sum(increase(carteiro_webhook_recusados_total[$__range]))"),
         thresholds=steps((GREEN, None), (YELLOW, 1), (RED, 100))),
    Stat("Por aplicar", prom("sum(carteiro_webhooks_pendentes)"), thresholds=steps((GREEN, None), (YELLOW, 5000), (RED, 50000))),
    Stat("O mais antigo por aplicar", prom("max(carteiro_webhooks_mais_antigo_seconds)"), unit="s",
         thresholds=steps((GREEN, None), (YELLOW, 10), (RED, 60))),
    Stat("Processos prontos", prom("sum(carteiro_ready)"), thresholds=steps((RED, None), (GREEN, 1))),
    Stat("Efeitos retidos", prom("sum(carteiro_efeitos_retidos)"), thresholds=steps((GREEN, None), (RED, 1)),
         about="Não puderam ser aplicados; a tabela efeitos_retidos diz por quê."),
    Row("Webhooks"),
    Stacked("Eventos por segundo, por tipo", prom("sum by (tipo) (rate(carteiro_webhook_eventos_total[$__rate_interval]))", "{{tipo}}"), unit="cps"),
    Stacked("Situações por segundo", prom("sum by (status) (rate(carteiro_webhook_status_total[$__rate_interval]))", "{{status}}"), unit="cps"),
    Lines("Tempo de resposta", *quantiles("carteiro_webhook_seconds"), unit="s", about="A Meta pede mediana de até 250 ms."),
    Lines("Atraso dos eventos", *quantiles("carteiro_webhook_atraso_seconds"), unit="s", about="Do que o evento conta até chegar aqui."),
    Lines("Recusados por segundo, por motivo", prom("sum by (motivo) (rate(carteiro_webhook_recusados_total[$__rate_interval]))", "{{motivo}}"),
          unit="cps", about="assinatura: alguém que não é a Meta, ou o segredo do aplicativo mudou."),
    Lines("Repetidos e aplicados por segundo", prom("sum(rate(carteiro_webhook_repetidos_total[$__rate_interval]))", "repetidos"),
          prom("sum(rate(carteiro_webhook_aplicados_total[$__rate_interval]))", "aplicados pelo gateway"),
          prom("sum(rate(carteiro_webhook_aplicar_erros_total[$__rate_interval]))", "lotes com erro"), unit="cps"),
    Table("Último webhook de cada número (agora)", sql(f"""
        select n.numero as "Número", n.empresa as "Empresa", n.webhook_em as "Último webhook", case when n.ativo then 'sim' else 'não' end as "Ativo"
        from painel_numeros n where n.{WHO} and n.numero_id::text in (${{numero:sqlstring}}) order by n.webhook_em nulls first limit 100""")),
    Lines("Desde o último webhook", prom(f"topk(10, time() - max by (numero) (carteiro_webhook_ultimo_timestamp_seconds{{{NUM}}}))", "{{numero}}"),
          unit="s"),
    Table("Pendências (agora)", sql('select tarefa as "O que", pendentes as "Pendentes", desde as "Desde" from painel_pendencias order by 1'), w=8),
    Lines("Pendências", prom("sum(carteiro_webhooks_pendentes)", "webhooks"), prom("sum(carteiro_efeitos_pendentes)", "efeitos"), w=16),
    Row("Processos"),
    Table("Processos (agora)", sql("""
        select nome as "Nome", processo as "Processo", versao as "Versão", iniciado_em as "Iniciado", visto_em as "Visto",
            case when vivo then 'vivo' else 'sumiu' end as "Situação"
        from painel_trabalhadores where visto_em >= $__timeFrom()::timestamptz order by vivo desc, processo, nome limit 100""")),
    Lines("Processos vistos nos últimos 30 s", prom("max by (processo) (carteiro_trabalhadores)", "{{processo}}")),
    Lines("Memória residente", prom("process_resident_memory_bytes", "{{job}} {{instance}}"), unit="bytes"),
    Lines("CPU", prom("rate(process_cpu_seconds_total[$__rate_interval])", "{{job}} {{instance}}"), unit="percentunit"),
    Lines("Mensagens em voo", prom("sum by (instance) (carteiro_em_voo)", "{{instance}}"), prom("sum(carteiro_em_voo_max)", "limite")),
    Lines("Arquivos abertos", prom("process_open_fds", "{{job}} {{instance}}")),
    Row("Planejador e API"),
    Lines("Duração das tarefas (p95)", prom(
        "histogram_quantile(0.95, sum by (le, tarefa) (rate(carteiro_planejador_duracao_seconds_bucket[$__rate_interval])))", "{{tarefa}}"), unit="s"),
    Lines("Feitos por segundo, por tarefa", prom("sum by (tarefa) (rate(carteiro_planejador_feitos_total[$__rate_interval]))", "{{tarefa}}"), unit="cps"),
    Lines("Erros de tarefas por minuto", prom("60 * sum by (tarefa) (rate(carteiro_planejador_erros_total[$__rate_interval]))", "{{tarefa}}"),
          prom("60 * sum by (tarefa) (rate(carteiro_planejador_retidos_total[$__rate_interval]))", "retidos {{tarefa}}")),
    Lines("Atraso do planejador", prom("max by (tarefa) (carteiro_planejador_atraso_seconds)", "{{tarefa}}"), unit="s"),
    Stacked("Pedidos à API por segundo", prom("sum by (status) (rate(carteiro_api_pedidos_total[$__rate_interval]))", "{{status}}"), unit="cps"),
    Lines("Quem publica a fila", prom("sum(carteiro_lider)", "planejadores líderes"), prom("max by (tabela) (carteiro_partes_adiante)",
          "partes prontas: {{tabela}}"), about="Deve haver um líder; menos de 6 meses ou 7 dias de partes prontas é alarme."),
    Stacked("Modelos por situação", prom('sum by (situacao) (carteiro_modelos{empresa=~"${empresa:regex}"})', "{{situacao}}")),
    Lines("Versões em uso", prom("count by (version) (carteiro_build_info)", "{{version}}")),
], variables=(EMPRESA, NUMERO), since="now-6h", refresh="30s")
