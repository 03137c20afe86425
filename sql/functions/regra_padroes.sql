-- regra_padroes: the built-in rules, as regras_install makes them for a company; their texts are in
-- regra_textos.
--
-- Priorities: answer 9, 2 h reminder 8, 24 h reminder 7, after the visit 6, to owners 5, others 4.
create or replace function regra_padroes()
returns table (nome text, gatilho text, etapa text, atraso interval, max_envios integer, tipo text, proposito text,
    prioridade smallint, validade interval)
language sql immutable parallel safe
as $$
    values
        ('primeiro_contato', 'conversa', 'primeiro_contato', interval '3 days', 2, 'followup', 'transacional',
            4::smallint, interval '3 days'),
        ('pos_interesse', 'conversa', 'interesse', '1 day', 1, 'followup', 'transacional', 4, '3 days'),
        ('pos_oferta', 'conversa', 'oferta', '2 days', 1, 'followup', 'transacional', 4, '3 days'),
        ('post_service', 'pedido', null, '24 hours', 1, 'followup', 'transacional', 4, '3 days'),
        ('post_purchase', 'pedido', null, '48 hours', 1, 'followup', 'transacional', 4, '3 days'),
        ('reminder', 'pedido', null, '0', 1, 'lembrete', 'transacional', 7, '1 day'),
        -- "we have news for you" is marketing, whoever asks for it
        ('reengagement', 'pedido', null, '168 hours', 1, 'followup', 'marketing', 4, '3 days'),
        ('lembrete_24h', 'agendamento', null, '-24 hours', 1, 'lembrete', 'transacional', 7, '24 hours'),
        ('lembrete_2h', 'agendamento', null, '-2 hours', 1, 'lembrete', 'transacional', 8, '2 hours'),
        ('pos_atendimento', 'agendamento', null, '1 hour', 1, 'followup', 'transacional', 6, '1 day'),
        ('falta', 'agendamento', null, '1 hour', 1, 'followup', 'transacional', 4, '1 day'),
        ('daily_summary', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('inactive_clients', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('birthdays', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('opportunities', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('low_occupancy', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('custom_campaign', 'proativa', null, '0', 1, 'proativa', 'dono', 5, '12 hours'),
        ('resposta_positiva', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_negativa', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_feedback', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_confirmado', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_cancelado', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_horarios', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_marcado', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_ocupado', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_sem_horario', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_saida', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_volta', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day'),
        ('resposta_engano', 'resposta', null, '0', 1, 'resposta', 'resposta', 9, '1 day')
$$;
