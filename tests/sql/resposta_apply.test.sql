-- What people answer after a visit and to reminders, and what is done.
begin;
select plan(72);
insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now()); -- a Monday
select fila_days();
\ir regra_pessoas.sql
\ir resposta_gente.sql
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate) select casa.id, pg_temp.id('bia'), linha.id, agora() + interval '1 day' from casa, linha;
update clientes set nome = 'Gil', primeiro_nome = 'Gil' where id = pg_temp.id('gil');

-- after the visit: yes, by the button
create temp table v (nome text primary key, id uuid, wamid text);
insert into v select 'ana', pg_temp.visita('ana', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'ana';
select is((select valor from contadores where nome = 'followups_sent'), 1::bigint, 'one message after a visit was sent');
select pg_temp.toca('ana', 'followup_positive', (select wamid from v where nome = 'ana'));
select is(pg_temp.silencio('0'), 1, 'a button does not wait');
select is(pg_temp.lido('ana'), 'aplicada pos_servico positiva agenda.book', 'yes starts the booking');
select is(pg_temp.ouve('ana'), 'Que ótimo! Veja abaixo algumas sugestões...', 'the text, to the letter');
select is((select jsonb_array_length(carga #> '{interactive,action,sections,0,rows}') from fila_ativa where cliente_id = pg_temp.id('ana') and tipo = 'resposta'), 10, 'ten slots');
select is((select carga #>> '{interactive,action,sections,0,rows,0,title}' from fila_ativa where cliente_id = pg_temp.id('ana') and tipo = 'resposta'), 'seg, 01/03 às 13h', 'the first in two hours');
select ok((select bool_and(length(r ->> 'title') <= 24) from fila_ativa, jsonb_array_elements(carga #> '{interactive,action,sections,0,rows}') r where cliente_id = pg_temp.id('ana') and tipo = 'resposta'), 'titles as long as Meta takes them');
select is((select followup_resposta from agendamentos where id = (select id from v where nome = 'ana')), 'positive', 'the appointment knows');
select is((select payload - 'response' from auditoria where action = 'followup_response'), '{}'::jsonb, 'audited');
select is((select intencao from interacoes where direcao = 'entrada' and cliente_id = pg_temp.id('ana')), 'followup_positive', 'and so does the interaction');
select is((select valor from contadores where nome = 'followups_positive'), 1::bigint, 'counted');
select is((select conversa_id is not null and prioridade = 9 and origem = 'regra' and garantia = 'pelo_menos_uma' from fila_ativa where tipo = 'resposta'), true, 'an answer, before all else');

-- the choice books; again it does nothing; another one moves it
create temp table o as select (pg_temp.ultima('ana')).id;
select pg_temp.termina();
select pg_temp.diz('ana', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':1', 'title', 'x'))) from o;
select is(pg_temp.silencio('0'), 1, 'nor does a choice');
select is(pg_temp.ouve('ana'), 'Prontinho, está marcado: terça-feira, 02/03, às 9h. Até lá! 😊', 'booked');
select is((select count(*) from agendamentos where cliente_id = pg_temp.id('ana') and inicio = '2027-03-02 09:00-03' and status = 'agendado' and profissional = 'Dra. Rosa'), 1::bigint, 'with the same professional');
select is((select string_agg(r.nome || ' ' || d.status, ', ' order by d.id) from disparos d join regras_followup r on r.id = d.regra_id
    join agendamentos a on a.id = d.alvo_id and a.inicio = '2027-03-02 09:00-03'), 'lembrete_24h pulado, lembrete_2h planejado, pos_atendimento planejado', 'and what it brings is planned');
select pg_temp.termina();
select pg_temp.diz('ana', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':1', 'title', 'x'))) from o;
select pg_temp.silencio('0');
select is(pg_temp.ouve('ana'), null, 'touched twice: nothing more');
select pg_temp.diz('ana', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':2', 'title', 'x'))) from o;
select pg_temp.silencio('0');
select is((select string_agg(to_char(inicio at time zone 'America/Sao_Paulo', 'DD HH24'), ' ' order by inicio) from agendamentos where cliente_id = pg_temp.id('ana') and inicio > agora()), '02 12', 'another row moves it');
select pg_temp.termina();

-- a slot taken meanwhile, by somebody else's choice
insert into v select 'gil', pg_temp.visita('gil', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'gil';
select pg_temp.diz('gil', 'quero sim', (select wamid from v where nome = 'gil'));
select is(pg_temp.silencio('0'), 0, 'words wait for silence');
select pg_temp.silencio();
select is(pg_temp.lido('gil'), 'aplicada pos_servico positiva agenda.book', 'yes in words');
select pg_temp.termina();
select agendamento_salvar(cliente_id => pg_temp.id('eva'), inicio => '2027-03-02 09:00-03', profissional => 'Dra. Rosa');
truncate o;
insert into o select (pg_temp.ultima('gil')).id;
select pg_temp.diz('gil', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':' || n, 'title', 'x')))
from o, (select x.n - 1 as n from respostas p, jsonb_array_elements(p.opcoes) with ordinality x (s, n) where p.id = (select id from o) and (x.s ->> 'inicio')::timestamptz = '2027-03-02 09:00-03') as k;
select pg_temp.silencio('0');
select is(pg_temp.ouve('gil'), 'Puxa, esse horário acabou de ser ocupado, desculpe! Veja outras opções:', 'apologised for');
select ok((select bool_and(r ->> 'title' <> 'ter, 02/03 às 9h') from fila_ativa, jsonb_array_elements(carga #> '{interactive,action,sections,0,rows}') r where cliente_id = pg_temp.id('gil') and tipo = 'resposta'), 'with others');
select pg_temp.termina();

-- no, an opinion, a question, a burst
insert into v select 'bia', pg_temp.visita('bia', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'bia';
select pg_temp.diz('bia', 'oi');
select pg_temp.diz('bia', 'então');
select pg_temp.diz('bia', 'o atendimento foi muito bom, a doutora é um amor');
select is(pg_temp.silencio(), 1, 'a burst is one answer');
select is(pg_temp.lido('bia'), 'aplicada pos_servico feedback agradecer', 'an opinion');
select is(pg_temp.ouve('bia'), 'Agradeço por compartilhar seu feedback!', 'thanked for');
select is((select texto from feedback_eventos where agendamento_id = (select id from v where nome = 'bia')), E'oi\nentão\no atendimento foi muito bom, a doutora é um amor', 'kept whole, with its appointment');
select pg_temp.termina();
select pg_temp.diz('bia', 'obrigada');
select is(pg_temp.silencio(), 0, 'what was answered is closed');

update agendamentos set followup_resposta = null where cliente_id = pg_temp.id('bia');
select pg_temp.diz('bia', 'quanto custa a próxima?');
select pg_temp.silencio();
select is((select estado || ' ' || motivo from respostas where id = (pg_temp.ultima('bia')).id), 'pendente fez uma pergunta', 'a question goes to a person');
select is(pg_temp.ouve('bia'), null, 'nothing automatic');
select is((select texto || ' ' || nome from resposta_listar()), 'quanto custa a próxima? Bia', 'who sees it');
select throws_ok(format('select resposta_resolver(%s, ''confirmar'')', (pg_temp.ultima('bia')).id), '22023', 'classe: expected positiva, negativa, feedback, optout, numero_errado, nenhuma, found "confirmar"', 'what it can mean');
select is((select estado || ' ' || acao || ' ' || resolvida_por from resposta_resolver((pg_temp.ultima('bia')).id, 'negativa', 'Lia')), 'resolvida agradecer Lia', 'and says what it meant');
select is(pg_temp.ouve('bia'), 'Sem problemas! Ficamos à disposição quando quiser retomar.', 'no, to the letter');
select throws_ok(format('select resposta_resolver(%s, ''negativa'')', (pg_temp.ultima('bia')).id), '55000', null, 'once');
select pg_temp.termina();
select is((select string_agg(nome || ' ' || valor, ', ' order by nome) from contadores), 'followups_negative 1, followups_positive 2, followups_sent 3', 'counted by company');

-- reminders
insert into v select 'lembrete', pg_temp.visita('ana', '50 hours', permite => false);
update v set wamid = pg_temp.saiu(id, 'lembrete_24h') where nome = 'lembrete';
select pg_temp.diz('ana', 'Confirmo, estarei aí');
select pg_temp.silencio();
select is((select status from agendamentos where id = (select id from v where nome = 'lembrete')), 'confirmado', 'confirmed');
select matches(pg_temp.ouve('ana'), '^Presença confirmada: (\{hoje\}|hoje|amanhã|03/03), às 1[0-9]h. Até lá! 😊$', 'one answer');
select pg_temp.termina();
select pg_temp.diz('ana', 'confirmado!');
select pg_temp.silencio();
select is(pg_temp.ouve('ana'), null, 'said again: silence');
select pg_temp.diz('ana', 'desculpe, não vou conseguir ir');
select pg_temp.silencio();
select is((select status from agendamentos where id = (select id from v where nome = 'lembrete')), 'cancelado', 'cancelled, even afterwards');
select is((select string_agg(distinct action, ' ' order by action) from auditoria where action in ('resposta_confirmar', 'resposta_cancelar')), 'resposta_cancelar resposta_confirmar', 'both audited');
select is((select carga #>> '{interactive,action,buttons,0,reply,id}' from fila_ativa where cliente_id = pg_temp.id('ana') and tipo = 'resposta'), 'remarcar', 'with the offer of another time');
select pg_temp.termina();
select pg_temp.toca('ana', 'remarcar');
select pg_temp.silencio('0');
select is(pg_temp.ouve('ana'), 'Sem problemas! Escolha abaixo um novo horário:', 'which brings slots');
select pg_temp.termina();

insert into v select 'mudar', pg_temp.visita('gil', '50 hours', permite => false);
update v set wamid = pg_temp.saiu(id, 'lembrete_24h') where nome = 'mudar';
select pg_temp.diz('gil', 'Preciso remarcar, tem outro horário?');
select pg_temp.silencio();
select is(pg_temp.lido('gil'), 'aplicada lembrete remarcar agenda.book', 'another time');
select pg_temp.termina();
truncate o;
insert into o select (pg_temp.ultima('gil')).id;
select pg_temp.diz('gil', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':5', 'title', 'x'))) from o;
select pg_temp.silencio('0');
select is((select inicio from agendamentos where id = (select id from v where nome = 'mudar')), ((select p.opcoes -> 5 ->> 'inicio' from respostas p, o where p.id = o.id))::timestamptz, 'the same appointment moves');
select is((select status from agendamentos where id = (select id from v where nome = 'mudar')), 'agendado', 'to be confirmed again');
select pg_temp.termina();

-- touched twice, it counts once; a row of either list books one visit
insert into v select 'dobro', pg_temp.visita('eva', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'dobro';
select pg_temp.toca('eva', 'followup_positive', (select wamid from v where nome = 'dobro'));
select pg_temp.toca('eva', 'followup_positive', (select wamid from v where nome = 'dobro'));
select is(pg_temp.silencio('0'), 2, 'two touches');
select is((select count(*) from fila_ativa where cliente_id = pg_temp.id('eva') and tipo = 'resposta'), 1::bigint, 'one list');
select is((select count(*) from auditoria where action = 'followup_response' and alvo = (select id::text from v where nome = 'dobro')), 1::bigint, 'one answer');
select pg_temp.termina();

-- another time, taken meanwhile: the choice of the new list moves the same appointment
insert into v select 'move', pg_temp.visita('eva', '50 hours', permite => false);
update v set wamid = pg_temp.saiu(id, 'lembrete_24h') where nome = 'move';
select pg_temp.diz('eva', 'quero remarcar', (select wamid from v where nome = 'move'));
select pg_temp.silencio();
select pg_temp.termina();
truncate o;
insert into o select (pg_temp.ultima('eva')).id;
select agendamento_salvar(cliente_id => pg_temp.id('gil'), inicio => (p.opcoes -> 0 ->> 'inicio')::timestamptz, profissional => 'Dra. Rosa')
from respostas p, o where p.id = o.id;
select pg_temp.diz('eva', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':0', 'title', 'x'))) from o;
select pg_temp.silencio('0');
select pg_temp.termina();
truncate o;
insert into o select (pg_temp.ultima('eva')).id;
select is(pg_temp.lido('eva'), 'aplicada lembrete escolha agenda.book', 'the apology has its own list') from o;
select pg_temp.diz('eva', null, null, 'interactive', jsonb_build_object('type', 'list_reply', 'list_reply', jsonb_build_object('id', 'horario:' || o.id || ':4', 'title', 'x'))) from o;
select pg_temp.silencio('0');
select is((select inicio from agendamentos where id = (select id from v where nome = 'move')), (select (p.opcoes -> 4 ->> 'inicio')::timestamptz from respostas p, o where p.id = o.id), 'moved, not doubled');
select pg_temp.termina();

-- "cancelar" with nothing open, of who has an appointment, blocks nobody
select agendamento_remarcar((select id from v where nome = 'move'), agora() + interval '60 hours');
select pg_temp.diz('eva', 'cancelar');
select pg_temp.silencio();
select is((select p.estado || ' ' || p.classe || ' ' || c.status from respostas p join clientes c on c.id = p.cliente_id where p.id = (pg_temp.ultima('eva')).id),
    'pendente optout_duvida ativo', 'a person is asked what it is about');
update conversas set controlada_por = 'ai' where cliente_id = pg_temp.id('eva');
select agendamento_cancelar((select id from v where nome = 'move'));

-- resolved when the window has closed: done, and said that no text went
insert into v select 'tarde', pg_temp.visita('eva', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'tarde';
select pg_temp.diz('eva', 'quanto custa?', (select wamid from v where nome = 'tarde'));
select pg_temp.silencio();
savepoint depois;
select pg_temp.anda('30 hours');
select is((select x.estado || ': ' || x.motivo from resposta_resolver((pg_temp.ultima('eva')).id, 'negativa') x),
    'resolvida: a janela de 24 h fechou e o texto não foi enviado: ligue ou use um modelo', 'nothing that cannot leave is queued');
select is(pg_temp.ouve('eva'), null, 'no text');
rollback to depois;
select is((select x.motivo from resposta_resolver((pg_temp.ultima('eva')).id, 'negativa') x), null, 'in time it goes');
select isnt(pg_temp.ouve('eva'), null, 'a text');
select pg_temp.termina();

-- the button says which question it answers, though another was asked since
insert into v select 'duas', pg_temp.visita('eva', '-1 hour');
update v set wamid = pg_temp.saiu(id, 'pos_atendimento') where nome = 'duas';
select pg_temp.saiu(pg_temp.visita('eva', '50 hours', permite => false), 'lembrete_24h');
select pg_temp.toca('eva', 'followup_negative');
select pg_temp.silencio('0');
select is(pg_temp.lido('eva'), 'aplicada pos_servico negativa agradecer', 'a button without its quotation');
select is((select followup_resposta from agendamentos where id = (select id from v where nome = 'duas')), 'negative', 'is about its own question');
select pg_temp.termina();

-- whoever answers before our own answer is written down answers all the same
insert into v select 'cedo', pg_temp.visita('gil', '50 hours', permite => false);
update disparos d set quando = agora(), valido_ate = agora() + interval '1 day' from regras_followup r
where r.id = d.regra_id and r.nome = 'lembrete_24h' and d.alvo_id = (select id from v where nome = 'cedo');
select disparos_enqueue(100);
update fila_ativa f set status = 'processando', reserva_seq = f.reserva_seq + 1, reservada_por = 'teste', processando_desde = agora(),
    reserva_ate = agora() + interval '1 minute' where f.cliente_id = pg_temp.id('gil') and f.status = 'pendente';
select pg_temp.diz('gil', 'confirmo');
select pg_temp.silencio();
select is((select status from agendamentos where id = (select id from v where nome = 'cedo')), 'confirmado', 'the quickest answer');
update fila_ativa set status = 'pendente', reservada_por = null, processando_desde = null, reserva_ate = null where status = 'processando';
select pg_temp.termina();

-- somebody else's number
insert into v select 'engano', pg_temp.visita('bia', '50 hours', permite => false);
update v set wamid = pg_temp.saiu(id, 'lembrete_24h') where nome = 'engano';
select enfileirar(pg_temp.id('bia'), 'Oi', 'lembrete', agora() + interval '1 hour');
select pg_temp.diz('bia', 'numero errado');
select pg_temp.silencio();
select is(pg_temp.ouve('bia'), 'Desculpe o engano! Este número não vai mais receber mensagens de Clínica A.', 'one answer');
select is((select estado || ' ' || acao from respostas where id = (pg_temp.ultima('bia')).id), 'pendente suprimir', 'and a person is told');
select is((select count(*) from fila_ativa where cliente_id = pg_temp.id('bia') and tipo <> 'resposta'), 0::bigint, 'nothing waits for that number');
select ok(supressao_existe((select id from casa), '+5511987650002'), 'nor will, whoever imports it');
select pg_temp.termina();

-- to leave, and to come back
select consentimento_registrar(pg_temp.id('eva'), 'marketing', 'quero receber novidades');
select enfileirar(pg_temp.id('eva'), 'Promo', 'promocional');
select pg_temp.diz('eva', 'SAIR');
select is(pg_temp.silencio('0'), 1, 'out at once, asked or not');
select is((select status from clientes where id = pg_temp.id('eva')), 'optout', 'out');
select is((select status || ' ' || erro from fila_mensagens where cliente_id = pg_temp.id('eva') and tipo = 'promocional'), 'cancelada optout', 'with what waited');
select is(pg_temp.ouve('eva'), 'Pronto! Você não vai mais receber mensagens de Clínica A. Se mudar de ideia, é só responder VOLTAR.', 'one text says so');
select pg_temp.diz('eva', 'PARE');
select pg_temp.silencio('0');
select is((select count(*) from fila_ativa where cliente_id = pg_temp.id('eva') and tipo = 'resposta'), 1::bigint, 'once');
insert into v select 'saiu', pg_temp.visita('eva', '1 hour', permite => false);
select pg_temp.anda('10 minutes');
insert into respostas (empresa_id, cliente_id, conversa_id, numero_id, recebidas, recebida_em, aplicar_em, pergunta)
select p.empresa_id, p.cliente_id, p.conversa_id, p.numero_id, p.recebidas, agora(), agora(), 'lembrete' from respostas p where p.id = (pg_temp.ultima('eva')).id;
update mensagens_recebidas set conteudo = 'não vou conseguir ir' where id = (pg_temp.ultima('eva')).recebidas[1];
select pg_temp.silencio('0');
select is((select estado || ' ' || motivo from respostas where id = (pg_temp.ultima('eva')).id), 'pendente pediu para sair, e voltou a escrever', 'who left and says more is heard');
select pg_temp.diz('eva', 'voltar');
select pg_temp.silencio('0');
select is((select status || ' ' || marketing_permitido from clientes where id = pg_temp.id('eva')), 'ativo true', 'back, with the consent that had gone');
select ok(not supressao_existe((select id from casa), '+5511987650005'), 'and off the list');
select pg_temp.termina();
select pg_temp.diz('eva', 'me deixa em paz');
select pg_temp.silencio();
select is((select p.estado || ' ' || k.controlada_por from respostas p join conversas k on k.id = p.conversa_id where p.id = (pg_temp.ultima('eva')).id), 'pendente humano', 'what only sounds like it stops automation and asks');
select is(pg_temp.ouve('eva'), null, 'and blocks nobody');

select * from finish();
rollback;
