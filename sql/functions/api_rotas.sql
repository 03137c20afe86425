-- api_rotas: the HTTP API, one row a route. The gateway answers by it (api_call), and the OpenAPI
-- document is made of it (api_openapi).
--
-- `funcao` is api_<…>(p jsonb, c jsonb) returns jsonb: p holds what path and query say, c the body.
-- `consulta` and `corpo` list fields as "nome: tipo" (see api_esquema); papel is the least that may call
-- (null: anybody). `tipo` is what comes back; of a page the function returns text, of a file {texto,
-- seguinte, arquivo} (see api_call).
create or replace function api_rotas()
returns table (metodo text, caminho text, papel text, funcao text, status integer, resumo text, consulta text, corpo text,
    tipo text)
language sql immutable parallel safe
as $$
    select r.*, 'application/json'
    from (values
    ('POST', '/campanhas', 'escrita', 'api_campanha_criar', 201, 'Cria uma campanha (rascunho, ou agendada com agendar_para)', null,
        'nome: texto!; tipo: texto! primeiro_contato|followup|promocional; mensagem_template: texto; modelo: texto; filtro_especialidades: textos; filtro_regioes: textos; filtro_tags: textos; agendar_para: instante?; max_por_dia: inteiro?; valido_ate: instante?; numero: texto; metadata: objeto; segmento: texto; criterios: objeto'),
    ('GET', '/campanhas', 'leitura', 'api_campanha_listar', 200, 'Campanhas, da mais nova para a mais velha',
        'status: texto rascunho|agendada|ativa|pausada|concluida|cancelada; limite: inteiro; depois: uuid', null),
    ('GET', '/campanhas/{id}', 'leitura', 'api_campanha_mostrar', 200, 'Uma campanha', null, null),
    ('POST', '/campanhas/{id}/iniciar', 'escrita', 'api_campanha_iniciar', 200, 'Inicia: o planejador começa na hora', null, ''),
    ('POST', '/campanhas/{id}/pausar', 'escrita', 'api_campanha_pausar', 200, 'Pausa', null, 'motivo: texto; ate: instante?'),
    ('POST', '/campanhas/{id}/retomar', 'escrita', 'api_campanha_retomar', 200, 'Retoma', null, ''),
    ('POST', '/campanhas/{id}/cancelar', 'escrita', 'api_campanha_cancelar', 200, 'Cancela o que ainda não saiu', null, ''),
    ('GET', '/campanhas/{id}/previa', 'leitura', 'api_campanha_previa', 200, 'Quem receberia, e quem fica de fora por quê', null, null),
    ('GET', '/campanhas/{id}/relatorio', 'leitura', 'api_campanha_relatorio', 200, 'Relatório da campanha', null, null),
    ('GET', '/campanhas/{id}/progresso', 'leitura', 'api_campanha_progresso', 200, 'Quantas saíram, quantas faltam, quando termina', null, null),
    ('POST', '/campanhas/{id}/editar', 'escrita', 'api_campanha_editar', 200, 'Muda o que ainda não saiu', null,
        'nome: texto; mensagem_template: texto; modelo: texto; filtro_especialidades: textos; filtro_regioes: textos; filtro_tags: textos; agendar_para: instante; max_por_dia: inteiro?; valido_ate: instante; metadata: objeto; segmento: texto; criterios: objeto'),
    ('POST', '/campanhas/{id}/copiar', 'escrita', 'api_campanha_copiar', 201, 'Faz outra igual, em rascunho', null, 'nome: texto'),
    ('POST', '/campanhas/{id}/testar', 'escrita', 'api_campanha_testar', 200, 'Manda agora para estes números, fora da lista', null, 'numeros: textos!'),
    ('POST', '/campanhas/{id}/reenviar', 'escrita', 'api_campanha_reenviar', 200, 'Tenta de novo quem falhou por um motivo passageiro', null, 'classe: texto'),
    ('GET', '/segmentos', 'leitura', 'api_segmento_listar', 200, 'Segmentos salvos e predefinidos', null, null),
    ('POST', '/segmentos', 'escrita', 'api_segmento_salvar', 200, 'Salva um segmento', null, 'nome: texto!; titulo: texto; criterios: objeto!'),
    ('POST', '/segmentos/{nome}/remover', 'escrita', 'api_segmento_remover', 200, 'Remove um segmento salvo', null, ''),
    ('POST', '/campanhas/segmento/preview', 'leitura', 'api_segmento_previa', 200, 'Quantas pessoas um segmento tem, e uma amostra', null, '*'),

    ('POST', '/fila', 'escrita', 'api_fila_enfileirar', 201, 'Enfileira uma mensagem', null,
        'cliente_id: uuid; telefone: texto; nome: texto; conteudo: texto; tipo: texto primeiro_contato|resposta|followup|campanha|promocional|lembrete|proativa; agendar_para: instante?; prioridade: inteiro; modelo: texto; parametros: textos; metadata: objeto; garantia: texto no_maximo_uma|pelo_menos_uma; valido_ate: instante?'),
    ('GET', '/fila/{id}', 'leitura', 'api_fila_mostrar', 200, 'Uma mensagem e o que foi feito dela', null, null),
    ('GET', '/fila/{id}/explicar', 'leitura', 'api_fila_explicar', 200, 'Por que espera, até quando, e o que já houve', null, null),
    ('POST', '/fila/{id}/cancelar', 'escrita', 'api_fila_cancelar', 200, 'Cancela uma mensagem que espera', null, ''),

    ('POST', '/clientes', 'escrita', 'api_cliente_salvar', 200, 'Cria ou muda uma pessoa, achada pelo telefone', null,
        'nome: texto!; telefone: texto!; especialidade_nome: texto; regiao: texto; tags: textos; data_nascimento: data?; fuso: texto; metadata: objeto'),
    ('GET', '/clientes', 'leitura', 'api_cliente_listar', 200, 'Pessoas, por id; com telefone, a dessa', 'telefone: texto; limite: inteiro; depois: uuid', null),
    ('GET', '/clientes/{id}', 'leitura', 'api_cliente_mostrar', 200, 'Uma pessoa', null, null),
    ('POST', '/clientes/{id}/consentimentos', 'escrita', 'api_consentimento_registrar', 201, 'Registra um consentimento, com sua prova', null,
        'finalidade: texto! marketing|transacional; texto: texto!; canal: texto; evidencia: texto'),
    ('POST', '/clientes/{id}/consentimentos/revogar', 'escrita', 'api_consentimento_revogar', 200, 'Revoga um consentimento', null,
        'finalidade: texto! marketing|transacional'),

    ('POST', '/agendamentos', 'escrita', 'api_agendamento_salvar', 200, 'Cria ou muda um agendamento, achado por externo_id', null,
        'id: uuid; externo_id: texto; cliente_id: uuid; telefone: texto; nome: texto; inicio: instante; fim: instante?; duracao_min: inteiro; servico: texto; profissional: texto; valor: numero?; status: texto agendado|confirmado|realizado|faltou|cancelado; permite_followup: booleano?; pet_nome: texto; metadata: objeto'),
    ('POST', '/agendamentos/lote', 'escrita', 'api_agendamento_lote', 200, 'Muitos agendamentos; cada linha com seu resultado', null, 'agendamentos: objetos!'),
    ('GET', '/agendamentos', 'leitura', 'api_agendamento_listar', 200, 'Agendamentos entre dois instantes', 'de: instante; ate: instante; status: texto agendado|confirmado|realizado|faltou|cancelado; limite: inteiro', null),
    ('GET', '/agendamentos/{id}', 'leitura', 'api_agendamento_mostrar', 200, 'Um agendamento', null, null),
    ('POST', '/agendamentos/{id}/cancelar', 'escrita', 'api_agendamento_cancelar', 200, 'Cancela, com tudo o que estava planejado', null, ''),

    ('POST', '/followups', 'escrita', 'api_followup_agendar', 201, 'Planeja um follow-up', null,
        'user_id: texto!; channel: texto; followup_type: texto post_service|post_purchase|reminder|reengagement; delay_hours: numero; reminder_time: instante?; message: texto; message_template: texto; modelo: texto; metadata: objeto'),
    ('GET', '/followups', 'leitura', 'api_followup_listar', 200, 'Follow-ups pedidos', 'user_id: texto; status: texto; limite: inteiro', null),
    ('POST', '/followups/cancelar', 'escrita', 'api_followup_cancelar', 200, 'Cancela os follow-ups de uma pessoa', null, 'user_id: texto!; followup_type: texto'),
    ('POST', '/followups/processar', 'escrita', 'api_followup_processar', 200, 'Enfileira agora os que já venceram', null, ''),
    ('GET', '/api/agenda/followups', 'leitura', 'api_agenda_followups', 200, 'Mensagens pós-atendimento e suas respostas', 'company_id: texto; status: texto all|positive|negative|pending; limite: inteiro', null),
    ('POST', '/api/agenda/followups/{id}/resend', 'escrita', 'api_agenda_followup_resend', 200, 'Manda de novo, uma vez por dia', null, ''),

    ('GET', '/respostas/pendentes', 'leitura', 'api_resposta_pendentes', 200, 'Respostas que uma pessoa precisa ler', 'limite: inteiro', null),
    ('POST', '/respostas/{id}/resolver', 'escrita', 'api_resposta_resolver', 200, 'Diz o que a resposta quis dizer, e age', null,
        'classe: texto! positiva|negativa|feedback|confirmar|cancelar|remarcar|optout|numero_errado|nenhuma; por: texto'),

    ('POST', '/api/aurora/proactive', 'escrita', 'api_proativo_disparar', 201, 'Mensagem proativa para o dono', null,
        'type: texto! daily_summary|inactive_clients|birthdays|opportunities|low_occupancy|custom_campaign; data: objeto?; organizationId: texto; ownerNumberId: texto'),
    ('POST', '/jobs/reminders/24h', 'escrita', 'api_job_24h', 200, 'Lembretes de 24 h', null, ''),
    ('POST', '/jobs/reminders/2h', 'escrita', 'api_job_2h', 200, 'Lembretes de 2 h', null, ''),
    ('POST', '/jobs/no-shows', 'escrita', 'api_job_no_shows', 200, 'Faltas', null, ''),
    ('GET', '/jobs/metrics', 'leitura', 'api_job_metrics', 200, 'Consultas, faltas e lembretes dos últimos 30 dias', null, null),

    ('GET', '/numeros', 'leitura', 'api_numero_listar', 200, 'Números de envio', null, null),
    ('POST', '/numeros/{id}/pausar', 'escrita', 'api_numero_pausar', 200, 'Pausa um número', null, 'motivo: texto!; ate: instante?'),
    ('POST', '/numeros/{id}/retomar', 'escrita', 'api_numero_retomar', 200, 'Retoma um número', null, ''),
    ('GET', '/webhooks/saude', 'leitura', 'api_webhook_saude', 200, 'Quando os webhooks de cada número chegaram pela última vez', null, null),
    ('GET', '/openapi.json', null, 'api_openapi', 200, 'Este documento', null, null)
    ) as r (metodo, caminho, papel, funcao, status, resumo, consulta, corpo)
    union all
    values ('GET', '/docs', null, 'api_docs', 200, 'Este documento, para ler', null, null, 'text/html; charset=utf-8'),
        ('GET', '/empresas/metrics', 'leitura', 'api_empresa_metrics', 200, 'A fila da empresa em texto do Prometheus', null, null,
            'text/plain; version=0.0.4; charset=utf-8'),
        ('GET', '/campanhas/{id}/relatorio/csv', 'leitura', 'api_campanha_csv', 200, 'Relatório por pessoa, para o Excel', 'seguinte: uuid', null,
            'text/csv; charset=utf-8')
$$;
grant execute on function api_rotas() to carteiro_gateway, carteiro_api;
