-- proativo_conteudo: what owners are told, letter for letter: figures, lists, one and many, and
-- nothing where there is nothing to say.
begin;
select plan(50);
\ir proativo_gente.sql

-- daily_summary
select is(pg_temp.diz('daily_summary'), null, 'a day without anything');
select pg_temp.visita('ana', '2026-03-20 09:00', 'realizado', 1200, 'Limpeza') \g /dev/null
select is(pg_temp.diz('daily_summary'), $$📊 Resumo de sexta-feira, 20/03

📅 1 atendimento (1 realizado)
💰 Receita: R$ 1.200,00
🆕 Nenhum cliente novo
⏳ Nenhum agendamento aguarda confirmação até sábado, 21/03

⭐ Destaques do dia:
• 9h – Ana Lima: Limpeza, R$ 1.200,00

Parabéns pelo dia! Bom descanso. 💛$$, 'one of each');
select is(pg_temp.valores('daily_summary'), '{"atendimentos": "1", "receita": "R$ 1.200,00", "novos": "0"}', 'its figures');
select pg_temp.visita('bia', '2026-03-20 14:30', 'realizado', 250, 'Consulta') as v \gset
with p as (insert into pets (empresa_id, cliente_id, nome) select casa.id, pg_temp.de('bia'), 'Rex' from casa returning id)
update agendamentos a set pet_id = p.id from p where a.id = :'v';
select pg_temp.visita('davi', '2026-03-20 10:00', 'faltou', 90) \g /dev/null
select pg_temp.visita('davi', '2026-03-20 11:00', 'cancelado', 90) \g /dev/null
select pg_temp.visita('caio', '2026-03-20 08:00', 'realizado', 10, 'Retorno') \g /dev/null
select pg_temp.visita('bia', '2026-03-20 20:00', 'agendado', 500) \g /dev/null
select pg_temp.visita('bia', '2026-03-21 10:00', 'agendado', 500) \g /dev/null
select pg_temp.visita('ana', '2026-03-21 11:00', 'confirmado', 500) \g /dev/null
select pg_temp.visita('ana', '2026-03-22 00:00', 'agendado', 500) \g /dev/null
update clientes set created_at = '2026-03-20 10:00-03' where id in (pg_temp.de('ana'), pg_temp.de('bia'), pg_temp.de('caio'), pg_temp.de('eva'));
select is(pg_temp.diz('daily_summary'), $$📊 Resumo de sexta-feira, 20/03

📅 5 atendimentos (3 realizados e 1 falta)
🚫 1 cancelamento
💰 Receita: R$ 1.460,00
🆕 2 clientes novos
⏳ 2 agendamentos aguardam confirmação até sábado, 21/03

⭐ Destaques do dia:
• 9h – Ana Lima: Limpeza, R$ 1.200,00
• 14h30 – Bia Souza (Rex): Consulta, R$ 250,00
• 20h – Bia Souza, R$ 500,00

Parabéns pelo dia! Bom descanso. 💛$$, 'many: who opted out is counted and not shown, the owner''s own row not at all');
update agendamentos set status = 'confirmado' where status = 'realizado';
select is(pg_temp.valores('daily_summary') ->> 'receita', 'R$ 1.460,00', 'what is over is done');
update empresas set marca_presenca = true;
select is(pg_temp.valores('daily_summary') ->> 'receita', 'R$ 0,00', 'but not where attendance is marked');
select is(split_part(pg_temp.diz('daily_summary'), E'\n\n', 4), 'Amanhã tem mais. Bom descanso! 💛', 'a day without revenue');
update empresas set fuso = 'America/Manaus';
select is(pg_temp.diz('daily_summary', '2026-03-21 00:30-03') ~ '^📊 Resumo de sexta-feira, 20/03', true, 'the day is the company''s');
select is(pg_temp.valores('daily_summary', '2026-03-21 22:00-04') ->> 'atendimentos', '3', 'an appointment at midnight of São Paulo is the day before in Manaus');
update empresas set fuso = 'America/Sao_Paulo', marca_presenca = false;
delete from agendamentos;
-- Brazil's last summer: 4 November 2018 begins at 1h, 16 February 2019 has 23h twice
insert into agendamentos (empresa_id, cliente_id, inicio, fim)
select casa.id, pg_temp.de('ana'), v::timestamptz, v::timestamptz + interval '30 minutes'
from casa, unnest('{2018-11-04 02:30+00,2018-11-04 03:00+00,2019-02-17 01:30+00,2019-02-17 02:30+00,2019-02-17 03:00+00}'::text[]) v;
select is(pg_temp.valores('daily_summary', v.em::timestamptz) ->> 'atendimentos', v.n, v.em)
from (values ('2018-11-03 23:59-03', '1'), ('2018-11-04 01:00-02', '1'), ('2019-02-16 18:00-02', '2'), ('2019-02-17 00:00-03', '1')) v (em, n);
select is(pg_temp.diz('daily_summary', '2019-02-16 18:00-02') ~ E'\n• 23h30 – Ana Lima\n• 23h30 – Ana Lima\n', true, 'the hour that comes twice');
delete from agendamentos;
update clientes set created_at = '2025-01-10 12:00-03';
select pg_temp.visita('ana', '2026-03-20 11:00', 'cancelado') \g /dev/null
select is(pg_temp.diz('daily_summary'), $$📊 Resumo de sexta-feira, 20/03

📅 Nenhum atendimento
🚫 1 cancelamento
💰 Receita: R$ 0,00
🆕 Nenhum cliente novo
⏳ Nenhum agendamento aguarda confirmação até sábado, 21/03

Amanhã tem mais. Bom descanso! 💛$$, 'nothing but a cancellation');
delete from agendamentos;
delete from pets;

-- inactive_clients
select is(pg_temp.diz('inactive_clients'), null, 'everybody was in touch');
update clientes set ultimo_contato_em = '2026-02-18 17:59-03';
select pg_temp.visita('bia', '2026-03-25 10:00', 'agendado') \g /dev/null
select pg_temp.visita('davi', '2026-03-01 10:00', 'realizado') \g /dev/null
select is(pg_temp.diz('inactive_clients'), $$😴 1 cliente está sem contato há mais de 30 dias.

Quem é:
• Ana Lima – (11) 98765-0001 – último contato em 18/02

✍️ Sugestão de mensagem:
“Oi, [nome]! Sentimos sua falta por aqui. 💛 Que tal marcar um horário esta semana? É só responder esta mensagem.”

Posso criar essa campanha para você?$$, 'one: no opt-out, no owner, nobody who was there or comes');
select is(pg_temp.valores('inactive_clients'), '{"total": "1"}', 'its figure');
update clientes set ultimo_contato_em = '2026-02-18 18:00-03' where id = pg_temp.de('ana');
select is(pg_temp.diz('inactive_clients'), null, 'thirty days are not more than thirty');
delete from agendamentos;
update clientes set ultimo_contato_em = null, total_interacoes = 0 where id = pg_temp.de('ana');
update clientes set ultimo_contato_em = '2025-12-01 12:00-03', total_interacoes = 9 where id = pg_temp.de('davi');
insert into pets (empresa_id, cliente_id, nome, created_at)
select casa.id, pg_temp.de(v.quem), v.nome, timestamptz '2025-01-01' + v.n * interval '1 day'
from casa, (values (1, 'davi', 'Rex'), (2, 'davi', 'Mia'), (3, 'ana', 'Bob')) v (n, quem, nome);
select is(pg_temp.diz('inactive_clients') ~ E'^😴 3 clientes estão sem contato há mais de 30 dias\\.\n\nQuem são:\n• Davi Rocha – \\(11\\) 98765-0004 – pets: Rex e Mia – último contato em 01/12/2025\n• Bia Souza – \\(11\\) 98765-0002 – último contato em 18/02\n• Ana Lima – \\(11\\) 98765-0001 – pet: Bob – sem contato desde o cadastro, em 10/01/2025\n\n✍️', true,
    'many: who talked most first; never in touch, since they were known');
insert into clientes (empresa_id, nome, primeiro_nome, telefone, created_at, ultimo_contato_em, total_interacoes)
select casa.id, 'Pessoa ' || n || ' ' || repeat('Nome ', 30), 'Pessoa', '+55219' || (80000000 + n), '2025-01-10', '2026-01-02 12:00-03', 100 - n
from casa, generate_series(1, 30) n;
insert into pets (empresa_id, cliente_id, nome) select c.empresa_id, c.id, repeat('Bicho ', 30) from clientes c, generate_series(1, 4) where c.telefone like '+55219%';
select is(pg_temp.diz('inactive_clients') ~ E'^😴 33 clientes .*\n\nOs dez primeiros:\n• Pessoa 1 .*• Pessoa 10 [^•]*\ne mais 23\n\n', true, 'ten of them, and how many more');
select ok(length(proativo_saudar('Ana', pg_temp.diz('inactive_clients'))) < 4096, 'which WhatsApp takes: ' || length(pg_temp.diz('inactive_clients')));
delete from pets;
delete from clientes where telefone like '+55219%';

-- birthdays
select is(pg_temp.diz('birthdays'), null, 'nobody''s birthday');
update clientes set data_nascimento = '1980-03-20' where id in (pg_temp.de('ana'), pg_temp.de('caio'), pg_temp.de('eva'));
select is(pg_temp.diz('birthdays'), $$🎂 1 aniversário em 20/03:

• 🎉 Ana Lima – (11) 98765-0001

✍️ Sugestão de mensagem:
“Feliz aniversário, [nome]! 🎉 Para comemorar, preparamos um presente: 10% de desconto no próximo atendimento deste mês. É só responder esta mensagem. 💛”

Quer que eu envie para todos?$$, 'one');
insert into pets (empresa_id, cliente_id, nome, data_nascimento)
select casa.id, pg_temp.de(v.quem), v.nome, v.dia::date
from casa, (values ('bia', 'Rex', '2025-03-20'), ('davi', 'Mia', '2016-03-20'), ('davi', 'Bob', '2016-03-21'), ('bia', 'Novo', '2026-03-20'),
    ('caio', 'Pingo', '2020-03-20')) v (quem, nome, dia);
select is(split_part(pg_temp.diz('birthdays'), E'\n\n✍️', 1), $$🎂 3 aniversários em 20/03:

• 🐾 Mia faz 10 anos – tutor(a): Davi Rocha – (11) 98765-0004
• 🐾 Rex faz 1 ano – tutor(a): Bia Souza – (11) 98765-0002
• 🎉 Ana Lima – (11) 98765-0001$$, 'pets and customers; who is born today has no birthday yet');
select is(pg_temp.valores('birthdays'), '{"total": "3"}', 'their figure');
update clientes set data_nascimento = '1980-02-29' where id = pg_temp.de('ana');
select is(pg_temp.valores('birthdays', v.em::timestamptz) ->> 'total', v.total, v.em)
from (values ('2026-02-28 09:00-03', '1'), ('2026-03-01 09:00-03', null), ('2028-02-28 09:00-03', null), ('2028-02-29 09:00-03', '1'),
    ('2026-03-01 01:00+00', '1')) v (em, total);
insert into pets (empresa_id, cliente_id, nome, data_nascimento)
select casa.id, pg_temp.de('bia'), 'P' || n || repeat(' nome', 30), '2020-03-20' from casa, generate_series(1, 40) n;
select ok(pg_temp.diz('birthdays') ~ E'^🎂 42 aniversários .*\ne mais 27\n' and length(pg_temp.diz('birthdays')) < 4000, 'fifteen of many');
delete from pets;

-- opportunities
update clientes set ultimo_contato_em = '2026-03-19 12:00-03';
select is(pg_temp.diz('opportunities'), null, 'no opportunity');
select pg_temp.abre('{1}', '09:00', '10:00');
select is(pg_temp.diz('opportunities'), $$💡 Oportunidades de 21/03 a 23/03

✅ Nenhuma consulta confirmada
🕐 1 horário livre
• segunda-feira, 23/03: 9h

🎯 O que dá para fazer:
• Divulgar os horários livres a quem não vem há mais de 30 dias

Quer que eu crie essas campanhas?$$, 'one free slot');
delete from horarios_atendimento;
select pg_temp.abre('{6}', '08:00', '17:30', null, 30);
select pg_temp.abre('{1}', '09:00', '11:00');
select pg_temp.visita('ana', '2026-03-23 10:00', 'confirmado') \g /dev/null
select pg_temp.visita('caio', '2026-03-21 08:00', 'confirmado') \g /dev/null
select pg_temp.visita('davi', '2026-03-21 15:00', 'agendado') \g /dev/null
select pg_temp.visita('bia', d, 'realizado') from unnest('{2026-01-20 10:00,2026-02-19 10:00,2026-02-19 15:00,2025-12-20 09:00}'::text[]) d \g /dev/null
-- who has one to come; who was there twice; who has gone; who is not due yet
select pg_temp.visita('ana', d, 'realizado') from unnest('{2026-01-20 10:00,2026-02-19 10:00,2025-12-20 09:00}'::text[]) d \g /dev/null
select is(pg_temp.diz('opportunities'), $$💡 Oportunidades de 21/03 a 23/03

✅ 2 consultas confirmadas
⏳ 1 consulta aguarda confirmação
🕐 16 horários livres
• sábado, 21/03: 9h, 9h30, 10h, 10h30, 11h, 11h30 e mais 9
• segunda-feira, 23/03: 9h

🔁 1 cliente deve voltar nesses dias:
• Bia Souza – (11) 98765-0002: costuma vir a cada 31 dias; última visita em 19/02

🎯 O que dá para fazer:
• Oferecer um horário a quem deve voltar
• Pedir a confirmação de quem ainda não respondeu
• Convidar quem vem nesses dias a já marcar o próximo horário

Quer que eu crie essas campanhas?$$, 'all of it');
select is(pg_temp.valores('opportunities'), '{"confirmadas": "2", "livres": "16"}', 'its figures');
-- the median of the days between, from three visits on; due until the last of the three days; not when twice as long ago
create function pg_temp.devidos(dias text) returns text language plpgsql as $$
begin
    delete from agendamentos;
    perform pg_temp.visita('bia', to_char(date '2026-03-20' - d::integer, 'YYYY-MM-DD') || ' 10:00') from unnest(string_to_array(dias, ',')) d;
    return (select string_agg(proativo_habito(v.intervalo, v.ultima, '2026-03-20'), '|')
        from casa, proativo_visitas(casa.id, agora(), '2026-03-23') v where v.is_devido);
end $$;
select is(pg_temp.devidos(v.dias), v.motivo, v.por_que)
from (values
    ('30,60', null, 'twice is no habit'),
    ('27,57,87', 'costuma vir a cada 30 dias; última visita em 21/02', 'due on the last of the three days'),
    ('26,56,86', null, 'due the day after'),
    ('60,90,120', 'costuma vir a cada 30 dias; última visita em 19/01', 'as long overdue as they usually stay away'),
    ('61,91,121', null, 'gone'),
    ('10,12,19,26,200', 'costuma vir a cada 7 dias; última visita em 10/03', 'the median minds no long pause'),
    ('1,2,3', 'costuma vir todos os dias; última visita em 19/03', 'every day')) v (dias, motivo, por_que);
delete from agendamentos;
delete from horarios_atendimento;

-- low_occupancy: tomorrow is Saturday 21
select is(pg_temp.diz('low_occupancy'), null, 'a day without opening hours is not open');
select pg_temp.abre('{6}');
select is(pg_temp.diz('low_occupancy'), $$📉 A agenda de sábado (21/03) ainda não tem consultas marcadas.

Ainda não há clientes com histórico para chamar.

⚡ Oferta relâmpago pronta:
“Oi, [nome]! Abrimos horários no sábado (21/03): 9h, 10h e 11h. Quem agendar agora ganha 10% de desconto. É só responder esta mensagem. 💛”

Envio essa campanha agora?$$, 'none');
select pg_temp.visita('caio', '2026-03-21 10:00', 'confirmado') \g /dev/null
select pg_temp.visita('bia', d, 'realizado') from unnest('{2026-01-20 10:00,2026-02-19 10:00,2025-12-20 09:00}'::text[]) d \g /dev/null
select pg_temp.visita('davi', '2026-03-01 10:00', 'realizado') \g /dev/null
update clientes set ultimo_contato_em = '2026-01-05 12:00-03' where id in (pg_temp.de('ana'), pg_temp.de('bia'), pg_temp.de('eva'), pg_temp.de('caio'));
select is(split_part(pg_temp.diz('low_occupancy'), E'\n\nEnvio', 1), $$📉 A agenda de sábado (21/03) tem só uma consulta marcada.

📞 Quem chamar:
• Bia Souza – (11) 98765-0002: costuma vir a cada 31 dias; última visita em 19/02
• Davi Rocha – (11) 98765-0004: última visita em 01/03
• Ana Lima – (11) 98765-0001: sem contato desde 05/01

⚡ Oferta relâmpago pronta:
“Oi, [nome]! Abrimos horários no sábado (21/03): 9h e 11h. Quem agendar agora ganha 10% de desconto. É só responder esta mensagem. 💛”$$, 'one, and whom to write to, each once');
select pg_temp.visita('davi', '2026-03-21 11:00', 'agendado') \g /dev/null
select is(pg_temp.valores('low_occupancy'), '{"agendadas": "2"}', 'two are few');
insert into clientes (empresa_id, nome, telefone, created_at, ultimo_contato_em)
select casa.id, 'Pessoa ' || n, '+55219' || (80000000 + n), '2025-01-10', '2026-01-02 12:00-03' from casa, generate_series(1, 30) n;
select ok(pg_temp.diz('low_occupancy') ~ E'📞 Quem chamar primeiro:\n(• [^\n]*\n){15}e mais 17\n', 'fifteen of many');
select pg_temp.visita('caio', '2026-03-21 12:00', 'agendado') as terceira \gset
select is(pg_temp.diz('low_occupancy'), null, 'three are enough');
update agendamentos set status = 'cancelado' where id = :'terceira';
insert into feriados (data, nome) values ('2026-03-21', 'Dia da clínica');
select is(pg_temp.diz('low_occupancy'), null, 'a holiday is not open');
select * from finish();
rollback;
