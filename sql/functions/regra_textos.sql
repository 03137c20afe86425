-- regra_textos: the texts of the built-in rules, and beside each the Meta template it is proposed as.
--
-- In a chain (gatilho conversa) the n-th text is the n-th message; elsewhere they are alternatives:
-- the first one goes that every placeholder has a value for. `modelo_corpo` stands where Meta refuses
-- the text itself as a template: a placeholder at either end. Only a person's answer brings the texts
-- of gatilho resposta, so their window is open.
create or replace function regra_textos()
returns table (nome text, ordem smallint, texto text, categoria text, modelo_corpo text, modelo_botoes text[], carga jsonb)
language sql immutable parallel safe
as $$
    select v.nome, v.ordem, v.texto, v.categoria, v.modelo_corpo, v.modelo_botoes, v.carga
    from (values
        ('primeiro_contato', 1::smallint, 'Oi {nome}! Vi que mandei msg outro dia mas não deu pra gente conversar. Ainda tem interesse em plantão?', 'marketing', null::text, null::text[], null::jsonb),
        ('primeiro_contato', 2, 'E aí {nome}, tudo bem? Só passando pra ver se conseguiu ver as vagas que te mandei. Qualquer coisa só falar!', 'marketing', null, null, null),
        ('pos_interesse', 1, 'Oi {nome}! Então, conseguiu pensar sobre aquela vaga? To aqui se precisar de mais info!', 'marketing', null, null, null),
        ('pos_oferta', 1, '{nome}, a vaga que te ofereci ainda tá aberta! Se tiver interesse me avisa que reservo pra vc', 'marketing', 'Oi! {nome}, a vaga que te ofereci ainda tá aberta! Se tiver interesse me avisa que reservo pra vc', null, null),
        ('post_service', 1, E'Olá {nome}!\n\nEsperamos que tenha conseguido resolver sua questão sobre {assunto}. Há algo mais em que possamos ajudar?', 'utility', null, null, null),
        ('post_service', 2, E'Olá {nome}!\n\nEsperamos que tenha conseguido resolver sua questão. Há algo mais em que possamos ajudar?', 'utility', null, null, null),
        ('post_purchase', 1, 'Olá! Esperamos que esteja satisfeito com sua compra. Se precisar de algo, estamos à disposição!', 'utility', null, null, null),
        ('reminder', 1, 'Lembrete: Sua consulta é {hoje} às {hora}!', 'utility', 'Lembrete: Sua consulta é {hoje} às {hora}! Qualquer dúvida, é só responder esta mensagem.', null, null),
        ('reengagement', 1, 'Olá! Faz um tempo que não conversamos. Temos novidades que podem interessar você!', 'marketing', null, null, null),
        ('lembrete_24h', 1, 'Lembrete: Sua consulta é {hoje} às {hora}!', 'utility', 'Lembrete: Sua consulta é {hoje} às {hora}! Se precisar remarcar, é só responder esta mensagem.', null, null),
        ('lembrete_2h', 1, 'Lembrete: Sua consulta é {hoje} às {hora}!', 'utility', 'Lembrete: Sua consulta é {hoje} às {hora}! Até já.', null, null),
        ('pos_atendimento', 1, E'Espero que tenha corrido tudo bem na reunião de hoje, {nome}. 😊\nGostaria de marcar o próximo encontro?', 'utility', null, '{"Sim, quero marcar","Não, obrigado"}',
            '{"type": "button", "action": {"buttons": [
                {"type": "reply", "reply": {"id": "followup_positive", "title": "✅ Sim, quero marcar"}},
                {"type": "reply", "reply": {"id": "followup_negative", "title": "❌ Não, obrigado"}}]}}'),
        ('falta', 1, 'Oi, {nome}! Sentimos sua falta no horário que estava reservado para você. 💛 Aconteceu algum imprevisto? Se quiser remarcar, é só responder esta mensagem que a gente encontra um novo horário.', 'utility', null, null, null),
        ('daily_summary', 1, 'Oi, {nome}! O resumo do dia está pronto. Atendimentos: {atendimentos}. Receita: {receita}. Clientes novos: {novos}. Toque em Ver detalhes para ler tudo.', 'utility', null, '{"Ver detalhes"}', null),
        ('inactive_clients', 1, 'Oi, {nome}! Clientes sem contato há mais de 30 dias: {total}. Toque em Ver detalhes para ver quem são e uma sugestão de mensagem.', 'utility', null, '{"Ver detalhes"}', null),
        ('birthdays', 1, 'Oi, {nome}! Aniversários de hoje entre clientes e pets: {total}. Toque em Ver detalhes para ver a lista e uma sugestão de mensagem.', 'utility', null, '{"Ver detalhes"}', null),
        ('opportunities', 1, 'Oi, {nome}! Nos próximos 3 dias, consultas confirmadas: {confirmadas}. Horários livres: {livres}. Toque em Ver detalhes para ver as oportunidades.', 'utility', null, '{"Ver detalhes"}', null),
        ('low_occupancy', 1, 'Oi, {nome}! A agenda de amanhã está tranquila. Consultas marcadas: {agendadas}. Toque em Ver detalhes para ver quem chamar e uma oferta pronta.', 'utility', null, '{"Ver detalhes"}', null),
        ('custom_campaign', 1, 'Oi, {nome}! O rascunho da campanha está pronto. Pessoas que receberiam: {total}. Toque em Ver detalhes para conferir; nada sai sem o seu sim.', 'utility', null, '{"Ver detalhes"}', null),
        ('resposta_positiva', 1, 'Que ótimo! Veja abaixo algumas sugestões...', 'utility', null, null, null),
        ('resposta_negativa', 1, 'Sem problemas! Ficamos à disposição quando quiser retomar.', 'utility', null, null, null),
        ('resposta_feedback', 1, 'Agradeço por compartilhar seu feedback!', 'utility', null, null, null),
        ('resposta_confirmado', 1, 'Presença confirmada: {hoje}, às {hora}. Até lá! 😊', 'utility', null, null, null),
        ('resposta_cancelado', 1, 'Tudo bem! O horário de {hoje}, às {hora}, foi cancelado. Quer marcar outro?', 'utility', null, null,
            '{"type": "button", "action": {"buttons": [
                {"type": "reply", "reply": {"id": "remarcar", "title": "Marcar outro horário"}}]}}'),
        ('resposta_horarios', 1, 'Sem problemas! Escolha abaixo um novo horário:', 'utility', null, null, null),
        ('resposta_marcado', 1, 'Prontinho, está marcado: {dia}, às {hora}. Até lá! 😊', 'utility', null, null, null),
        ('resposta_ocupado', 1, 'Puxa, esse horário acabou de ser ocupado, desculpe! Veja outras opções:', 'utility', null, null, null),
        ('resposta_sem_horario', 1, 'Que ótimo! Nossa equipe vai te chamar para combinar o melhor horário.', 'utility', null, null, null),
        ('resposta_saida', 1, 'Pronto! Você não vai mais receber mensagens de {empresa}. Se mudar de ideia, é só responder VOLTAR.', 'utility', null, null, null),
        ('resposta_volta', 1, 'Que bom ter você de volta! Você vai voltar a receber as mensagens de {empresa}. Para sair de novo, é só responder SAIR.', 'utility', null, null, null),
        ('resposta_engano', 1, 'Desculpe o engano! Este número não vai mais receber mensagens de {empresa}.', 'utility', null, null, null)
    ) as v (nome, ordem, texto, categoria, modelo_corpo, modelo_botoes, carga)
$$;
