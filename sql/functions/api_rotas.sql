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
        'nome: palavra!; tipo: palavra! primeiro_contato|followup|promocional; mensagem_template: texto; modelo: palavra; filtro_especialidades: palavras; filtro_regioes: palavras; filtro_tags: palavras; agendar_para: instante?; max_por_dia: inteiro? 1..2147483647; valido_ate: instante?; numero: palavra; metadata: objeto; segmento: palavra; criterios: objeto'),
    ('GET', '/campanhas', 'leitura', 'api_campanha_listar', 200, 'Campanhas, da mais nova para a mais velha',
        'status: palavra rascunho|agendada|ativa|pausada|concluida|cancelada; limite: limite; depois: uuid', null),
    ('GET', '/campanhas/{id}', 'leitura', 'api_campanha_mostrar', 200, 'Uma campanha', null, null),
    ('POST', '/campanhas/{id}/iniciar', 'escrita', 'api_campanha_iniciar', 200, 'Inicia: o planejador começa na hora', null, ''),
    ('POST', '/campanhas/{id}/pausar', 'escrita', 'api_campanha_pausar', 200, 'Pausa', null, 'motivo: palavra; ate: instante?'),
    ('POST', '/campanhas/{id}/retomar', 'escrita', 'api_campanha_retomar', 200, 'Retoma', null, ''),
    ('POST', '/campanhas/{id}/cancelar', 'escrita', 'api_campanha_cancelar', 200, 'Cancela o que ainda não saiu', null, ''),
    ('GET', '/campanhas/{id}/previa', 'leitura', 'api_campanha_previa', 200, 'Quem receberia, e quem fica de fora por quê', null, null),
    ('GET', '/campanhas/{id}/relatorio', 'leitura', 'api_campanha_relatorio', 200, 'Relatório da campanha', null, null),
    ('GET', '/campanhas/{id}/progresso', 'leitura', 'api_campanha_progresso', 200, 'Quantas saíram, quantas faltam, quando termina', null, null),
    ('POST', '/campanhas/{id}/editar', 'escrita', 'api_campanha_editar', 200, 'Muda o que ainda não saiu', null,
        'nome: palavra; mensagem_template: texto; modelo: palavra; filtro_especialidades: palavras; filtro_regioes: palavras; filtro_tags: palavras; agendar_para: instante; max_por_dia: inteiro? 1..2147483647; valido_ate: instante; metadata: objeto; segmento: palavra; criterios: objeto'),
    ('POST', '/campanhas/{id}/copiar', 'escrita', 'api_campanha_copiar', 201, 'Faz outra igual, em rascunho', null, 'nome: palavra'),
    ('POST', '/campanhas/{id}/testar', 'escrita', 'api_campanha_testar', 200, 'Manda agora para estes números, fora da lista', null, 'numeros: palavras!'),
    ('POST', '/campanhas/{id}/reenviar', 'escrita', 'api_campanha_reenviar', 200, 'Tenta de novo quem falhou por um motivo passageiro', null, 'classe: palavra'),
    ('GET', '/segmentos', 'leitura', 'api_segmento_listar', 200, 'Segmentos salvos e predefinidos', null, null),
    ('POST', '/segmentos', 'escrita', 'api_segmento_salvar', 200, 'Salva um segmento', null, 'nome: palavra!; titulo: palavra; criterios: objeto!'),
    ('POST', '/segmentos/{nome}/remover', 'escrita', 'api_segmento_remover', 200, 'Remove um segmento salvo', null, ''),
    ('POST', '/campanhas/segmento/preview', 'leitura', 'api_segmento_previa', 200, 'Quantas pessoas um segmento tem, e uma amostra', null, '*'),

    ('POST', '/fila', 'escrita', 'api_fila_enfileirar', 201, 'Enfileira uma mensagem', null,
        'cliente_id: uuid; telefone: palavra; nome: palavra; conteudo: texto; tipo: palavra primeiro_contato|resposta|followup|campanha|promocional|lembrete|proativa; agendar_para: instante?; prioridade: inteiro 1..10; modelo: palavra; parametros: textos; metadata: objeto; garantia: palavra no_maximo_uma|pelo_menos_uma; valido_ate: instante?'),
    ('GET', '/fila/{id}', 'leitura', 'api_fila_mostrar', 200, 'Uma mensagem e o que foi feito dela', null, null),
    ('GET', '/fila/{id}/explicar', 'leitura', 'api_fila_explicar', 200, 'Por que espera, até quando, e o que já houve', null, null),
    ('POST', '/fila/{id}/reprocessar', 'escrita', 'api_fila_reprocessar', 200, 'Devolve à fila uma mensagem que não saiu', null, ''),
    ('POST', '/fila/{id}/cancelar', 'escrita', 'api_fila_cancelar', 200, 'Cancela uma mensagem que espera', null, ''),

    ('POST', '/clientes', 'escrita', 'api_cliente_salvar', 200, 'Cria ou muda uma pessoa, achada pelo telefone', null,
        'nome: palavra!; telefone: palavra!; especialidade_nome: palavra; regiao: palavra; tags: palavras; data_nascimento: data?; fuso: palavra; metadata: objeto'),
    ('GET', '/clientes', 'leitura', 'api_cliente_listar', 200, 'Pessoas, por id; com telefone, a dessa', 'telefone: palavra; limite: limite; depois: uuid', null),
    ('GET', '/clientes/{id}', 'leitura', 'api_cliente_mostrar', 200, 'Uma pessoa', null, null),
    ('POST', '/clientes/{id}/consentimentos', 'escrita', 'api_consentimento_registrar', 201, 'Registra um consentimento, com sua prova', null,
        'finalidade: palavra! marketing|transacional; texto: texto!; canal: palavra; evidencia: texto'),
    ('POST', '/clientes/{id}/consentimentos/revogar', 'escrita', 'api_consentimento_revogar', 200, 'Revoga um consentimento', null,
        'finalidade: palavra! marketing|transacional'),

    ('GET', '/clientes/{id}/pets', 'leitura', 'api_pet_listar', 200, 'Os animais de uma pessoa', null, null),
    ('POST', '/clientes/{id}/pets', 'escrita', 'api_pet_salvar', 200, 'Cria ou muda um animal, achado por externo_id ou pelo nome', null,
        'nome: palavra!; especie: palavra; data_nascimento: data?; externo_id: palavra'),
    ('POST', '/supressoes', 'escrita', 'api_supressao_incluir', 200, 'Não escrever mais a este número', null,
        'telefone: palavra!; motivo: palavra!'),
    ('POST', '/supressoes/retirar', 'escrita', 'api_supressao_retirar', 200, 'Pode-se escrever de novo a este número: o titular pediu', null,
        'telefone: palavra!; motivo: palavra!'),

    ('GET', '/conversas', 'leitura', 'api_conversa_listar', 200, 'Conversas, da mais nova para a mais velha',
        'status: palavra ativa|encerrada; controlada_por: palavra ai|humano; etapa: palavra primeiro_contato|interesse|oferta; cliente_id: uuid; limite: limite; depois: uuid', null),
    ('GET', '/conversas/{id}', 'leitura', 'api_conversa_mostrar', 200, 'Uma conversa', null, null),
    ('POST', '/conversas/{id}/assumir', 'escrita', 'api_conversa_assumir', 200, 'Uma pessoa assume: nada automático sai até devolver', null,
        'por: palavra'),
    ('POST', '/conversas/{id}/devolver', 'escrita', 'api_conversa_devolver', 200, 'Devolve a conversa: o que esperava segue', null, ''),
    ('POST', '/conversas/{id}/etapa', 'escrita', 'api_conversa_etapa', 200, 'Muda a etapa, que escolhe a regra de follow-up', null,
        'etapa: palavra? primeiro_contato|interesse|oferta'),

    ('POST', '/agendamentos', 'escrita', 'api_agendamento_salvar', 200, 'Cria ou muda um agendamento, achado por externo_id', null,
        'id: uuid; externo_id: palavra; cliente_id: uuid; telefone: palavra; nome: palavra; inicio: instante; fim: instante?; duracao_min: inteiro 5..1440; servico: palavra; profissional: palavra; valor: numero? 0..999999999; status: palavra agendado|confirmado|realizado|faltou|cancelado; permite_followup: booleano?; pet_nome: palavra; metadata: objeto'),
    ('POST', '/agendamentos/lote', 'escrita', 'api_agendamento_lote', 200, 'Muitos agendamentos; cada linha com seu resultado', null, 'agendamentos: objetos!'),
    ('GET', '/agendamentos', 'leitura', 'api_agendamento_listar', 200, 'Agendamentos entre dois instantes', 'de: instante; ate: instante; status: palavra agendado|confirmado|realizado|faltou|cancelado; limite: limite; depois: uuid', null),
    ('GET', '/agendamentos/{id}', 'leitura', 'api_agendamento_mostrar', 200, 'Um agendamento', null, null),
    ('POST', '/agendamentos/{id}/cancelar', 'escrita', 'api_agendamento_cancelar', 200, 'Cancela, com tudo o que estava planejado', null, ''),

    ('POST', '/agendamentos/{id}/confirmar', 'escrita', 'api_agendamento_confirmar', 200, 'Confirma', null, ''),
    ('POST', '/agendamentos/{id}/remarcar', 'escrita', 'api_agendamento_remarcar', 200, 'Muda o horário; a duração fica se faltar fim', null,
        'inicio: instante!; fim: instante?'),
    ('POST', '/agendamentos/{id}/status', 'escrita', 'api_agendamento_status', 200, 'Muda o status, com o que vem dele', null,
        'status: palavra! agendado|confirmado|realizado|faltou|cancelado'),
    ('GET', '/horarios', 'leitura', 'api_horario_listar', 200, 'Horários de atendimento', null, null),
    ('POST', '/horarios', 'escrita', 'api_horario_salvar', 200, 'Salva horários de atendimento (seg-sex, 9h, 18h)', null,
        'dias: palavra!; inicio: palavra!; fim: palavra!; duracao_min: inteiro 5..1440; profissional: palavra'),
    ('POST', '/horarios/{id}/remover', 'escrita', 'api_horario_remover', 200, 'Remove um horário de atendimento', null, ''),
    ('GET', '/horarios/livres', 'leitura', 'api_horario_livres', 200, 'Horários livres',
        'de: instante; ate: instante; profissional: palavra; limite: limite', null),

    ('POST', '/followups', 'escrita', 'api_followup_agendar', 201, 'Planeja um follow-up', null,
        'user_id: palavra!; channel: palavra; followup_type: palavra post_service|post_purchase|reminder|reengagement; delay_hours: numero 0..8784; reminder_time: instante?; message: texto; message_template: texto; modelo: palavra; metadata: objeto'),
    ('GET', '/followups', 'leitura', 'api_followup_listar', 200, 'Follow-ups pedidos', 'user_id: palavra; status: palavra planejado|enfileirado|enviado|erro|cancelado|pulado|expirado; limite: limite; depois: id', null),
    ('POST', '/followups/cancelar', 'escrita', 'api_followup_cancelar', 200, 'Cancela os follow-ups de uma pessoa', null, 'user_id: palavra!; followup_type: palavra post_service|post_purchase|reminder|reengagement'),
    ('POST', '/followups/processar', 'escrita', 'api_followup_processar', 200, 'Enfileira agora os que já venceram', null, ''),
    ('GET', '/api/agenda/followups', 'leitura', 'api_agenda_followups', 200, 'Mensagens pós-atendimento e suas respostas', 'company_id: palavra; status: palavra all|positive|negative|pending; limite: limite; depois: uuid', null),
    ('POST', '/api/agenda/followups/{id}/resend', 'escrita', 'api_agenda_followup_resend', 200, 'Manda de novo, uma vez por dia', null, ''),

    ('GET', '/respostas/pendentes', 'leitura', 'api_resposta_pendentes', 200, 'Respostas que uma pessoa precisa ler', 'limite: limite; depois: id', null),
    ('POST', '/respostas/{id}/resolver', 'escrita', 'api_resposta_resolver', 200, 'Diz o que a resposta quis dizer, e age', null,
        'classe: palavra! positiva|negativa|feedback|confirmar|cancelar|remarcar|optout|numero_errado|nenhuma; por: palavra'),

    ('POST', '/api/aurora/proactive', 'escrita', 'api_proativo_disparar', 201, 'Mensagem proativa para o dono', null,
        'type: palavra! daily_summary|inactive_clients|birthdays|opportunities|low_occupancy|custom_campaign; data: objeto?; organizationId: palavra; ownerNumberId: palavra'),
    ('GET', '/mensagens_proativas', 'leitura', 'api_proativo_listar', 200, 'Mensagens aos donos, da mais nova para a mais velha',
        'type: palavra daily_summary|inactive_clients|birthdays|opportunities|low_occupancy|custom_campaign; status: palavra pending|sent|failed; limite: limite; depois: uuid', null),
    ('GET', '/donos', 'leitura', 'api_dono_listar', 200, 'Donos, que recebem as mensagens proativas', null, null),
    ('POST', '/donos', 'escrita', 'api_dono_salvar', 200, 'Cria ou muda um dono, achado pelo telefone', null,
        'nome: palavra!; telefone: palavra!; tipos: palavras; ativo: booleano'),
    ('POST', '/donos/{id}/remover', 'escrita', 'api_dono_remover', 200, 'Este dono não recebe mais nada', null, ''),

    ('GET', '/regras', 'leitura', 'api_regra_listar', 200, 'Regras de follow-up, com seus textos', null, null),
    ('POST', '/regras/{nome}/ativar', 'escrita', 'api_regra_ativar', 200, 'Liga uma regra', null, ''),
    ('POST', '/regras/{nome}/desativar', 'escrita', 'api_regra_desativar', 200, 'Desliga uma regra e cancela o que ela planejou', null, ''),
    ('GET', '/agendas', 'leitura', 'api_agenda_listar', 200, 'O que roda por horário', null, null),
    ('GET', '/agendas/{nome}/previa', 'leitura', 'api_agenda_previa', 200, 'As próximas execuções', 'n: inteiro 1..1000', null),
    ('POST', '/agendas/{nome}/executar', 'escrita', 'api_agenda_executar', 200, 'Roda agora, para esta empresa', null, ''),
    ('POST', '/agendas/{nome}/ativar', 'escrita', 'api_agenda_ativar', 200, 'Liga para esta empresa', null, ''),
    ('POST', '/agendas/{nome}/desativar', 'escrita', 'api_agenda_desativar', 200, 'Desliga para esta empresa', null, ''),
    ('POST', '/jobs/reminders/24h', 'escrita', 'api_job_24h', 200, 'Lembretes de 24 h', null, 'company_id: palavra; empresa: palavra'),
    ('POST', '/jobs/reminders/2h', 'escrita', 'api_job_2h', 200, 'Lembretes de 2 h', null, 'company_id: palavra; empresa: palavra'),
    ('POST', '/jobs/no-shows', 'escrita', 'api_job_no_shows', 200, 'Faltas', null, 'company_id: palavra; empresa: palavra'),
    ('GET', '/jobs/metrics', 'leitura', 'api_job_metrics', 200, 'Consultas, faltas e lembretes dos últimos 30 dias', 'company_id: palavra; empresa: palavra', null),

    ('GET', '/numeros', 'leitura', 'api_numero_listar', 200, 'Números de envio', null, null),
    ('POST', '/numeros/{id}/pausar', 'escrita', 'api_numero_pausar', 200, 'Pausa um número', null, 'motivo: palavra!; ate: instante?'),
    ('POST', '/numeros/{id}/retomar', 'escrita', 'api_numero_retomar', 200, 'Retoma um número', null, ''),
    ('GET', '/webhooks/saude', 'leitura', 'api_webhook_saude', 200, 'Quando os webhooks de cada número chegaram pela última vez', null, null),
    ('GET', '/avisos', 'leitura', 'api_aviso_listar', 200, 'O que uma pessoa ainda precisa olhar', 'limite: limite; depois: id', null),
    ('POST', '/avisos/{id}/resolver', 'escrita', 'api_aviso_resolver', 200, 'Já foi visto e feito', null, 'por: palavra'),
    ('GET', '/auditoria', 'leitura', 'api_auditoria_listar', 200, 'Quem fez o quê, do mais novo para o mais velho',
        'action: palavra; alvo: palavra; limite: limite; depois: id', null),
    ('GET', '/openapi.json', null, 'api_openapi_ler', 200, 'Este documento', null, null)
    ) as r (metodo, caminho, papel, funcao, status, resumo, consulta, corpo)
    union all
    values ('GET', '/docs', null, 'api_docs_ler', 200, 'Este documento, para ler', null, null, 'text/html; charset=utf-8'),
        ('GET', '/empresas/metrics', 'leitura', 'api_empresa_metrics', 200, 'A fila da empresa em texto do Prometheus', null, null,
            'text/plain; version=0.0.4; charset=utf-8'),
        ('GET', '/campanhas/{id}/relatorio/csv', 'leitura', 'api_campanha_csv', 200, 'Relatório por pessoa, para o Excel', 'seguinte: uuid', null,
            'text/csv; charset=utf-8')
$$;
grant execute on function api_rotas() to carteiro_gateway, carteiro_api;
