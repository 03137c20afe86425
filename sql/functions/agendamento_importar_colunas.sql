-- agendamento_importar_colunas: a row of a spreadsheet (folded header to cell) as the arguments of
-- agendamento_salvar, by the words that clinics and their systems write over their columns; of several for
-- one argument the first listed counts. What is not known is in `metadata`.
create or replace function agendamento_importar_colunas(dados jsonb)
returns jsonb
language sql immutable parallel safe
as $$
    with sinonimo as (
        select c.argumento, s.nome, s.vez
        from (values
            ('externo_id', '{externo_id,id_externo,id_agendamento,agendamento_id,codigo_agendamento,id,codigo,numero_do_agendamento}'::text[]),
            ('inicio', '{inicio,data_hora,data_e_hora,datahora,data_hora_inicio,inicio_em,data_de_inicio,start,data,data_consulta,data_da_consulta,data_agendamento,data_do_agendamento,dia}'),
            ('hora', '{hora,horario,hora_inicio,hora_de_inicio,hora_inicial,horario_inicio,hora_consulta,hora_da_consulta,hora_agendamento}'),
            ('fim', '{fim,termino,data_hora_fim,fim_em,end}'),
            ('hora_fim', '{hora_fim,hora_termino,hora_final,horario_fim,hora_de_termino}'),
            ('duracao_min', '{duracao_min,duracao,duracao_minutos,minutos,tempo}'),
            ('telefone', '{telefone,whatsapp,celular,celular_whatsapp,telefone_celular,telefone_whatsapp,telefone_do_cliente,telefone_do_paciente,telefone_do_tutor,fone,tel,phone,contato,numero}'),
            ('nome', '{nome,paciente,cliente,tutor,nome_do_paciente,nome_paciente,nome_do_cliente,nome_cliente,nome_do_tutor,nome_tutor,nome_completo,name}'),
            ('servico', '{servico,procedimento,tipo_de_consulta,tipo_consulta,tipo,consulta,exame,especialidade}'),
            ('profissional', '{profissional,medico,medica,doutor,dentista,veterinario,responsavel,atendente}'),
            ('valor', '{valor,preco,valor_total,valor_da_consulta}'),
            ('pet_nome', '{pet_nome,pet,nome_do_pet,nome_pet,animal,nome_do_animal}'),
            ('status', '{status,situacao,status_do_agendamento,situacao_do_agendamento}'),
            ('permite_followup', '{permite_followup,allow_followup,followup,aceita_followup,aceita_mensagens}')
        ) as c (argumento, nomes)
        cross join lateral unnest(c.nomes) with ordinality as s (nome, vez)
    ), lido as (
        select distinct on (s.argumento) s.argumento, d.key, d.value
        from jsonb_each(dados) d
        join sinonimo s on s.nome = d.key
        order by s.argumento, s.vez
    )
    select coalesce((select jsonb_object_agg(l.argumento, l.value) from lido l), '{}') || jsonb_build_object('metadata', coalesce((
        select jsonb_object_agg(d.key, d.value) from jsonb_each(dados) d where d.key not in (select l.key from lido l)), '{}'))
$$;
