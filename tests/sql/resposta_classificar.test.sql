-- resposta_classificar: what people type, by the question that is open.
begin;
select plan(3);

create temporary table fala (pergunta text, texto text, classe text);
insert into fala values
    -- out, without doubt
    (null, 'Sair', 'optout'), (null, 'PARAR!!!', 'optout'), (null, 'stop. thank you', 'optout'),
    (null, 'por favor, sair', 'optout'), (null, 'quero sair', 'optout'), (null, 'quero me descadastrar', 'optout'),
    (null, 'cancelar', 'optout'), (null, 'Não quero mais', 'optout'), (null, 'não quero mais receber nada de vcs', 'optout'),
    (null, 'n quero receber msgs', 'optout'), (null, 'parem de me mandar propaganda', 'optout'),
    (null, 'para de mandar mensagem', 'optout'), (null, 'não me mande mais mensagens', 'optout'),
    (null, 'nao mande mais nada', 'optout'), (null, 'Não me mandem mais isso', 'optout'),
    (null, 'remova meu número da lista de vocês', 'optout'), (null, 'me exclui do grupo', 'optout'),
    (null, 'tira meu numero', 'optout'), (null, 'nunca mais me mande mensagem', 'optout'),
    (null, 'não autorizo receber mensagens', 'optout'), (null, 'como faço pra sair da lista?', 'optout'),
    (null, 'favor não enviar mais mensagem', 'optout'), (null, 'cancelar inscrição', 'optout'),
    ('lembrete', 'pare de mandar mensagem', 'optout'), ('lembrete', 'quero sair da lista', 'optout'),
    ('pos_servico', 'não, e não me mande mais mensagem', 'optout'), ('pos_servico', 'Parar por favor', 'optout'),
    ('pos_servico', 'descadastra meu número dessa lista', 'optout'),
    -- sounds like it
    (null, 'chega!!', 'optout_duvida'), (null, 'me deixem em paz', 'optout_duvida'), (null, 'para com isso', 'optout_duvida'),
    (null, 'não tenho interesse', 'optout_duvida'), (null, 'vou denunciar', 'optout_duvida'),
    (null, 'ja falei que nao quero', 'optout_duvida'), (null, 'não me perturbe', 'optout_duvida'),
    ('pos_servico', 'não quero mais', 'optout_duvida'), ('pos_servico', 'cancelar', 'optout_duvida'),
    -- the same words, another thing
    (null, 'tem como parar o sangramento?', 'pergunta'), (null, 'posso sair mais cedo hoje?', 'pergunta'),
    (null, 'não me mande mais cobrança errada', 'incerta'), (null, 'não quero sair da lista', 'incerta'),
    (null, 'o dentista mandou parar o remédio', 'incerta'), (null, 'preciso parar de fumar', 'incerta'),
    (null, 'saí de casa agora', 'incerta'), (null, 'remover o dente dói?', 'pergunta'),
    ('lembrete', 'não vou parar o tratamento', 'incerta'), ('lembrete', 'vou sair do trabalho e já chego, confirmo', 'confirmar'),
    ('pos_servico', 'quero parar de sentir dor', 'feedback'), ('pos_servico', 'vocês podem excluir o horário de quinta?', 'pergunta'),
    ('pos_servico', 'não quero receber o boleto por e-mail', 'incerta'),
    -- reminders
    ('lembrete', 'Confirmado', 'confirmar'), ('lembrete', 'sim', 'confirmar'), ('lembrete', 'ss', 'confirmar'), ('lembrete', 'Sim!! 👍', 'confirmar'),
    ('lembrete', 'pode confirmar', 'confirmar'), ('lembrete', 'estaremos aí', 'confirmar'), ('lembrete', 'até amanhã', 'confirmar'),
    ('lembrete', 'ok', 'confirmar'), ('lembrete', '👍', 'confirmar'), ('lembrete', 'combinado, obrigada', 'confirmar'),
    ('lembrete', 'irei', 'confirmar'), ('lembrete', 'tá certo', 'confirmar'), ('lembrete', 'não vou faltar', 'confirmar'),
    ('lembrete', 'bom dia, confirmo sim', 'confirmar'), ('lembrete', 'com certeza', 'confirmar'),
    ('lembrete', 'quero cancelar', 'cancelar'), ('lembrete', 'nao vou poder ir', 'cancelar'), ('lembrete', 'não consigo ir', 'cancelar'),
    ('lembrete', 'pode cancelar por favor', 'cancelar'), ('lembrete', 'não poderei comparecer', 'cancelar'),
    ('lembrete', 'não', 'cancelar'), ('lembrete', 'infelizmente não vai dar', 'cancelar'), ('lembrete', 'tive um imprevisto', 'cancelar'),
    ('lembrete', 'cancela pra mim?', 'cancelar'), ('lembrete', 'desisti', 'cancelar'),
    ('lembrete', 'preciso remarcar', 'remarcar'), ('lembrete', 'tem outro horário?', 'remarcar'), ('lembrete', 'podemos mudar o dia?', 'remarcar'),
    ('lembrete', 'não vou conseguir, pode ser semana que vem?', 'remarcar'), ('lembrete', 'reagenda pra sexta', 'remarcar'),
    ('lembrete', 'dá pra passar pra mais tarde', 'remarcar'), ('lembrete', 'queria adiar', 'remarcar'),
    ('lembrete', 'não cancela, estou a caminho', 'incerta'), ('lembrete', '2', 'incerta'), ('lembrete', 'kkkk', 'incerta'),
    ('lembrete', 'qual o endereço?', 'pergunta'), ('lembrete', 'precisa levar exame', 'pergunta'), ('lembrete', 'aceita convênio?', 'pergunta'),
    ('lembrete', 'foi engano, não sou a Maria', 'numero_errado'), ('lembrete', 'esse número não é da Ana', 'numero_errado'),
    ('lembrete', 'não sou o João', 'numero_errado'), ('lembrete', 'não agendei nada com vcs', 'numero_errado'),
    ('lembrete', 'Olá! Agradecemos seu contato. Em breve retornaremos.', 'automatica'),
    -- after a visit
    ('pos_servico', 'Sim', 'positiva'), ('pos_servico', 'quero', 'positiva'), ('pos_servico', 'claro!!', 'positiva'),
    ('pos_servico', 'pode ser', 'positiva'), ('pos_servico', 'gostaria sim', 'positiva'), ('pos_servico', 'vamos marcar', 'positiva'),
    ('pos_servico', 'Simmm, quero!', 'positiva'), ('pos_servico', 'ok pode marcar', 'positiva'), ('pos_servico', '❤️', 'positiva'),
    ('pos_servico', 'sim, adorei o atendimento', 'positiva'), ('pos_servico', 'manda os horários', 'positiva'),
    ('pos_servico', 'Não', 'negativa'), ('pos_servico', 'nao obrigada', 'negativa'), ('pos_servico', 'no momento não', 'negativa'),
    ('pos_servico', 'depois eu vejo', 'negativa'), ('pos_servico', 'não precisa', 'negativa'), ('pos_servico', '👎', 'negativa'),
    ('pos_servico', 'já marquei', 'negativa'), ('pos_servico', 'mais pra frente', 'negativa'), ('pos_servico', 'vou pensar', 'negativa'),
    ('pos_servico', 'acho que não', 'negativa'), ('pos_servico', 'fica pra próxima', 'negativa'),
    ('pos_servico', 'não gostei do atendimento', 'feedback'), ('pos_servico', 'amei, muito obrigada', 'feedback'),
    ('pos_servico', 'a recepcionista foi grossa', 'feedback'), ('pos_servico', 'muito caro', 'feedback'),
    ('pos_servico', 'nota 10', 'feedback'), ('pos_servico', 'nada a reclamar', 'feedback'), ('pos_servico', 'esperei mais de uma hora', 'feedback'),
    ('pos_servico', 'tem vaga amanhã?', 'pergunta'), ('pos_servico', 'quanto fica', 'pergunta'), ('pos_servico', 'bom dia', 'incerta'),
    ('pos_servico', '', 'incerta'), ('pos_servico', '...', 'incerta'),
    -- doubts
    ('duvida', 'Não, obrigada', 'positiva'), ('duvida', 'nenhuma dúvida', 'positiva'), ('duvida', 'tudo certo', 'positiva'),
    ('duvida', 'ficou tudo claro', 'positiva'), ('duvida', 'sim', 'negativa'), ('duvida', 'tenho uma dúvida', 'negativa'),
    ('duvida', 'não entendi o remédio', 'negativa'), ('duvida', 'como tomo o remédio?', 'pergunta'), ('duvida', 'sair', 'optout');

select is(
    (select string_agg(format('%s | %s: expected %s, found %s (%s)', coalesce(f.pergunta, '-'), f.texto, f.classe, c.classe, c.regra), e'\n')
     from fala f cross join lateral resposta_classificar(f.texto, f.pergunta) c
     where c.classe <> f.classe),
    null, 'each as a person would read it');
select is((select classe from resposta_classificar(null, 'lembrete')), 'incerta', 'nothing is nothing');
select is(resposta_normalizar('  Ñ vouuu, tá?? kkkk 😂 OBG! '), ' nao vou esta obrigado ', 'words that can be compared');

select * from finish();
rollback;
