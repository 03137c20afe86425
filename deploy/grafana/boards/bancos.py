"""PostgreSQL e Redis: what the fleet waits for."""

from grafana import GREEN, RED, YELLOW, Lines, Row, Stacked, Stat, Table, dashboard, override, prom, sql, steps

BOARD = dashboard("carteiro-bancos", "Carteiro · PostgreSQL e Redis", "Aquilo de que a frota depende.", [
    Row("PostgreSQL"),
    Stat("Tamanho do banco", sql("select bytes from painel_banco"), unit="bytes"),
    Stat("Conexões", sql("select conexoes from painel_banco")),
    Stat("Esperas de trava", sql("select esperas_de_trava from painel_banco"), thresholds=steps((GREEN, None), (YELLOW, 1), (RED, 20))),
    Stat("Retrato mais antigo", sql("select max(retrato_mais_antigo) as transacoes from painel_conexoes"), unit="short",
         about="Idade, em transações, do retrato mais antigo que uma sessão segura: o que ele vê não pode ser limpo.",
         thresholds=steps((GREEN, None), (YELLOW, 100000), (RED, 1000000))),
    Stat("Lido da memória", sql("""select blocos_em_memoria::double precision / nullif(blocos_em_memoria + blocos_lidos, 0) as memoria
        from painel_banco"""), unit="percentunit", thresholds=steps((RED, None), (YELLOW, 0.95), (GREEN, 0.99))),
    Stat("Idade das transações", sql("select idade_xid from painel_banco"), thresholds=steps((GREEN, None), (YELLOW, 500000000), (RED, 1500000000)),
         about="Perto de dois bilhões o PostgreSQL para de escrever; o autovacuum cuida disso."),
    Lines("Comando mais lento (p99), por operação", prom(
        "topk(10, histogram_quantile(0.99, sum by (le, operacao) (rate(carteiro_pg_seconds_bucket[$__rate_interval]))))", "{{operacao}}"), unit="s"),
    Lines("Reserva e gravação (p50, p99)", *(
        prom(f'histogram_quantile({q}, sum by (le, operacao) (rate(carteiro_pg_seconds_bucket{{operacao=~"fila_claim|fila_record_now"}}[$__rate_interval])))',
             "{{operacao}} " + name) for q, name in ((0.5, "p50"), (0.99, "p99"))), unit="s"),
    Stacked("Comandos por segundo", prom("topk(15, sum by (operacao) (rate(carteiro_pg_seconds_count[$__rate_interval])))", "{{operacao}}"), unit="cps"),
    Lines("Erros por minuto, por classe", prom("60 * sum by (classe) (rate(carteiro_pg_erros_total[$__rate_interval]))", "{{classe}}"),
          about="Dois primeiros caracteres do SQLSTATE; conexao: a conexão caiu com o pedido a caminho."),
    Lines("Conexões da frota", prom("sum by (job) (carteiro_pg_conexoes)", "{{job}}"), w=8),
    Table("Conexões por papel (agora)", sql("""
        select papel as "Papel", conexoes as "Conexões", com_retrato as "Com retrato", retrato_mais_antigo as "Retrato mais antigo"
        from painel_conexoes order by conexoes desc"""), w=8),
    Table("O banco (agora)", sql("""
        select confirmadas as "Confirmadas", desfeitas as "Desfeitas", deadlocks as "Deadlocks", conflitos as "Conflitos", temp_bytes as "Temporários",
            case when replica then 'réplica' else 'primário' end as "Papel" from painel_banco"""), w=8,
          overrides=[override("Temporários", {"unit": "bytes"})]),
    Table("Tabelas: linhas vivas e mortas (agora)", sql("""
        select tabela as "Tabela", vivas as "Vivas", mortas as "Mortas", mortas::double precision / nullif(vivas + mortas, 0) as "Parte morta",
            bytes as "Tamanho", vacuum_em as "Último vacuum", analyze_em as "Último analyze", vacuums as "Vacuums"
        from painel_tabelas order by bytes desc limit 40"""), w=24, h=10,
          overrides=[override("Parte morta", {"unit": "percentunit"}), override("Tamanho", {"unit": "bytes"})]),
    Row("Redis"),
    Stat("Sem Redis agora", prom("max(carteiro_modo_degradado)"), thresholds=steps((GREEN, None), (RED, 1)),
         about="1: a frota está no modo sem Redis, mais lento e sem marketing."),
    Stat("Disjuntores abertos", prom("sum(carteiro_disjuntor_aberto)"), thresholds=steps((GREEN, None), (RED, 1))),
    Stat("Perdas no período", prom("sum(increase(carteiro_redis_perdas_total[$__range]))"), thresholds=steps((GREEN, None), (YELLOW, 1))),
    Stat("Tempo sem Redis no período", prom("max(increase(carteiro_modo_degradado_seconds_total[$__range]))"), unit="s",
         thresholds=steps((GREEN, None), (YELLOW, 1), (RED, 300))),
    Lines("Chamada ao Redis", *(prom(f"histogram_quantile({q}, sum by (le) (rate(carteiro_redis_seconds_bucket[$__rate_interval])))", name)
                                for q, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))), unit="s"),
    Lines("Chamadas por segundo", prom("sum(rate(carteiro_redis_seconds_count[$__rate_interval]))", "chamadas"), unit="cps"),
    Lines("Fichas por segundo", prom("sum by (resposta) (rate(carteiro_fichas_total[$__rate_interval]))", "{{resposta}}"), unit="cps"),
    Lines("Espera por ficha (p95)", prom("histogram_quantile(0.95, sum by (le) (rate(carteiro_espera_ficha_seconds_bucket[$__rate_interval])))", "p95"),
          unit="s"),
], variables=(), since="now-6h", refresh="30s")
