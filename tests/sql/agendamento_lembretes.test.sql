-- Reminders: one message a phone and day, each at its own instant or in batches, and from one to the other.
begin;
select plan(43);

insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now()); -- a Monday
create function pg_temp.as_horas(text) returns void language sql as $$
    update relogio set deslocamento = $1::timestamptz - now() $$;
select empresa_salvar('Clínica', marca_presenca => true);
select empresa_salvar('Outra');
select conta_salvar('100000001', 'token', empresa => 'Clínica');
select numero_salvar('200000001', empresa => 'Clínica');
select count(*) from regra_propor_modelos('Clínica') \g /dev/null
update modelos set situacao = 'aprovado';
update agendas set proxima_em = cron_next(cron, fuso, agora()) where ativa;
select id as clinica from empresas where nome = 'Clínica' \gset

create function pg_temp.marca(externo text, inicio timestamptz, telefone text, permite boolean default false) returns uuid language sql as $$
    select (agendamento_salvar(inicio => inicio, telefone => telefone, nome => 'Ana Lima', externo_id => externo,
        permite_followup => permite, empresa => 'Clínica')).id $$;
create function pg_temp.plano(externo text, qual text) returns text language sql as $$
    select string_agg(concat_ws(' ', to_char(d.quando at time zone 'America/Sao_Paulo', 'DD HH24:MI'), d.status, d.motivo), ', ' order by d.id)
    from disparos d
    join regras_followup r on r.id = d.regra_id and r.nome = 'lembrete_' || qual
    join agendamentos a on a.id = d.alvo_id and a.externo_id = externo $$;

select is((agendamento_salvar(inicio => '2027-03-03 14:00-03', telefone => '11 98765-0001', nome => 'Ana Lima', empresa => 'Outra')).status, 'agendado', 'each company has its own');

-- who is known keeps their name; pets
select pg_temp.marca('p1', '2027-03-03 09:00-03', '11 98765-0001');
select agendamento_salvar(inicio => '2027-03-03 14:30-03', telefone => '(11) 98765-0001', nome => 'Bia Lima', externo_id => 'p2', pet_nome => 'Rex', empresa => 'Clínica');
select is((select string_agg(c.nome, ',') from clientes c where c.empresa_id = :'clinica'), 'Ana Lima', 'the second child is booked under the phone; nobody is renamed');
select is((select p.nome from agendamentos a join pets p on p.id = a.pet_id where a.externo_id = 'p2'), 'Rex', 'a pet is made by its name');
select agendamento_salvar(externo_id => 'p2', pet_nome => 'rex', empresa => 'Clínica');
select is((select count(*) from pets), 1::bigint, 'once');

-- one message a phone and day
insert into clientes (empresa_id, nome, primeiro_nome, telefone) values (:'clinica', 'Caio', 'Caio', '+551187650001'); -- an old form of the same phone
select agendamento_salvar((select id from clientes where nome = 'Caio'), '2027-03-03 16:00-03', externo_id => 'p3', empresa => 'Clínica');
select pg_temp.marca('p4', '2027-03-04 09:00-03', '11 98765-0001'); -- another day
select pg_temp.marca('p5', '2027-03-03 09:00-03', '11 98765-0005'); -- another phone
select pg_temp.as_horas('2027-03-02 09:00-03');
select is(disparos_enqueue(100), 4, 'the first that is due takes the day along');
select is((select string_agg(concat_ws(' ', f.tipo, f.prioridade, f.destino, f.parametros), ', ' order by f.destino) from fila_ativa f),
    'lembrete 7 +5511987650001 ["{hoje}", "9h, 14h30 e 16h"], lembrete 7 +5511987650005 ["{hoje}", "9h"]', 'one message a phone, and all its times');
select is((select count(distinct d.mensagem_id) from disparos d where d.status = 'enfileirado'), 2::bigint, 'the three share it');
select agendamento_cancelar((select id from agendamentos where externo_id = 'p2'));
select is((select count(*) from fila_ativa where destino = '+5511987650001'), 0::bigint, 'one is cancelled: the message that speaks of it goes');
select disparos_enqueue(100) \g /dev/null
select is((select f.parametros ->> 1 from fila_ativa f where destino = '+5511987650001'), '9h e 16h', 'and one that does not comes');
select is(disparos_enqueue(100), 0, 'once');
select is((select bool_and(f.valido_ate = '2027-03-03 07:00-03') from fila_ativa f), true, 'worth nothing once the next one of the first is due');

-- the same again, and booked late
select pg_temp.marca('tarde', '2027-03-02 15:00-03', '11 98765-0006') from generate_series(1, 3);
select is(pg_temp.plano('tarde', '24h'), '01 15:00 pulado marcado depois do horário do lembrete', 'said once that it is late, however often it is saved');
select is(pg_temp.plano('tarde', '2h'), '02 13:00 planejado', 'the other is in time');

-- a status that is told every night
select agendamento_salvar(inicio => '2027-03-10 09:00-03', telefone => '11 98765-0006', externo_id => 'noite', status => 'agendado', empresa => 'Clínica');
select agendamento_confirmar((select id from agendamentos where externo_id = 'noite'));
select is((agendamento_salvar(inicio => '2027-03-10 09:00-03', telefone => '11 98765-0006', externo_id => 'noite', status => 'agendado', empresa => 'Clínica')).status,
    'confirmado', 'told again: a confirmation stays');
select is((agendamento_salvar(inicio => '2027-03-10 09:00-03', telefone => '11 98765-0006', externo_id => 'noite', status => 'cancelado', empresa => 'Clínica')).status,
    'cancelado', 'another status counts');
select is((agendamento_salvar(inicio => '2027-03-11 09:00-03', telefone => '11 98765-0006', externo_id => 'noite', status => 'agendado', empresa => 'Clínica')).status,
    'agendado', 'and a new time');
select agendamento_confirmar((select id from agendamentos where externo_id = 'noite'));
select is((agendamento_salvar(externo_id => 'noite', fim => '2027-03-11 11:00-03', empresa => 'Clínica')).status, 'confirmado', 'a longer one is still confirmed');
select is((select versao from agendamentos where externo_id = 'noite'), 3, 'but another version');

-- windows that bring both together
select janela_salvar('transacional', 'seg-sex', '9h', '18h', empresa => 'Outra');
select janela_fechar('transacional', 'sab,dom', empresa => 'Outra');
select agendamento_salvar(inicio => '2027-03-08 09:00-03', telefone => '11 98765-0001', externo_id => 'junto', empresa => 'Outra'); -- a Monday
select is(pg_temp.plano('junto', '24h'), '05 17:59 planejado', 'Sunday is closed: on Friday');
select is(pg_temp.plano('junto', '2h'), '05 17:59 pulado sairia junto com o lembrete de 24 h', 'not two at once');
select agendamento_salvar(inicio => '2027-03-05 09:30-03', telefone => '11 98765-0001', externo_id => 'separado', empresa => 'Outra');
select is(pg_temp.plano('separado', '2h'), '04 17:59 planejado', 'the evening before is no double of the morning before');

-- from exact to batches: Tuesday 09:00, the batch runs at 09:30
delete from agendas where empresa_id is not null;
select pg_temp.marca('b1', '2027-03-03 08:00-03', '11 98765-0011'), pg_temp.marca('b2', '2027-03-03 18:00-03', '11 98765-0012'),
    pg_temp.marca('b3', '2027-03-04 07:30-03', '11 98765-0013'), pg_temp.marca('b4', '2027-03-02 23:30-03', '11 98765-0014');
select is(array[pg_temp.plano('b1', '24h'), pg_temp.plano('b2', '24h')], array['02 08:00 pulado marcado depois do horário do lembrete', '02 18:00 planejado'], 'each at its own instant');
select agenda_salvar('lembretes_24h', cron => '30 9 * * *', ativa => true, empresa => 'Clínica');
select is(agendamento_exato(:'clinica', '24h'), false, 'a company that has its batch has no exact 24 h reminders');
select is(agendamento_exato(:'clinica', '2h'), true, 'the 2 h ones stay exact');
select is(agendamento_exato((select id from empresas where nome = 'Outra'), '24h'), true, 'so do those of others');
select is(array[pg_temp.plano('b2', '24h'), pg_temp.plano('b3', '24h'), pg_temp.plano('b2', '2h')],
    array['03 18:00 planejado', '04 07:30 planejado', '03 16:00 planejado'], 'they wait for the batch');
select pg_temp.marca('b5', '2027-03-03 07:00-03', '11 98765-0015');
select is(pg_temp.plano('b5', '24h'), '03 07:00 planejado', 'booked 22 h before: the batch takes it');
select is(agendamento_lembretes('24h', :'clinica', '2027-03-02 09:30-03'),
    '{"planejados": 2, "ja_enviados": 3, "pulados": {"marcado depois do horário do lembrete": 1}}', 'the appointments of the next day, whatever ran before');
select is(array[pg_temp.plano('b2', '24h'), pg_temp.plano('b3', '24h'), pg_temp.plano('b4', '24h')],
    array['02 09:00 planejado', '04 07:30 planejado', '01 21:59 pulado marcado depois do horário do lembrete'], 'of that day alone, at once');
select disparos_enqueue(100) \g /dev/null
select is(agendamento_lembretes('24h', :'clinica', '2027-03-02 09:30-03') ->> 'ja_enviados', '5', 'twice brings nothing more');
select is((select count(*) from disparos d join regras_followup r on r.id = d.regra_id and r.nome = 'lembrete_24h' and r.empresa_id = :'clinica'
    where d.status in ('planejado', 'enfileirado') group by d.alvo_id having count(*) > 1), null, 'one each');

-- and back: what missed its own instant goes while half of the time is left
select pg_temp.as_horas('2027-03-02 12:00-03');
select pg_temp.marca('v1', '2027-03-03 10:30-03', '11 98765-0021'), pg_temp.marca('v2', '2027-03-02 20:00-03', '11 98765-0022'),
    pg_temp.marca('v3', '2027-03-05 10:00-03', '11 98765-0023');
select agenda_desativar('lembretes_24h', empresa => 'Clínica');
select is(array[pg_temp.plano('v1', '24h'), pg_temp.plano('v2', '24h'), pg_temp.plano('v3', '24h')],
    array['02 12:00 planejado', '02 20:00 pulado tarde demais para este lembrete', '04 10:00 planejado'], 'late, too late, in time');

-- 2 h batches: those that start 2 to 3 hours ahead
select pg_temp.marca('d1', '2027-03-02 14:59-03', '11 98765-0031'), pg_temp.marca('d2', '2027-03-02 15:00-03', '11 98765-0032'),
    pg_temp.marca('d3', '2027-03-02 15:59-03', '11 98765-0033'), pg_temp.marca('d4', '2027-03-02 16:00-03', '11 98765-0034');
select agenda_salvar('lembretes_2h', ativa => true, empresa => 'Clínica');
select is(array[pg_temp.plano('d1', '2h'), pg_temp.plano('d2', '2h'), pg_temp.plano('d4', '2h')], array['02 12:59 planejado', '02 15:00 planejado', '02 16:00 planejado'],
    'what the next batch (13:00) does not take keeps its own instant');
select pg_temp.as_horas('2027-03-02 13:00-03');
select is(agendamento_lembretes('2h', :'clinica', agora()) ->> 'planejados', '3', 'at 13:00 what starts from 15:00 to 16:00: d2, d3 and the one booked late');
select is(agendamento_lembretes('2h', :'clinica', agora() + interval '1 hour') ->> 'planejados', '1', 'then the next hour''s');
select throws_like(format('select agendamento_lembretes(%L, %L, agora())', '3h', :'clinica'), 'qual: %');
select regra_desativar('lembrete_2h', 'Clínica');
select is(agendamento_lembretes('2h', :'clinica', agora()) -> 'pulados' ->> 'regra desativada', '3', 'a rule that is off says so');
select regra_ativar('lembrete_2h', 'Clínica');

-- jobs
select pg_temp.as_horas('2027-03-04 10:00-03');
select is(job_24h('Clínica') ->> 'planejados', '1', 'carteiro job 24h: tomorrow''s, now');
select is(job_24h() -> 'pulados', job_24h('Outra') -> 'pulados', 'of every company where none is named');
select is(job_no_shows('Outra'), '{"planejados": 0, "ja_enviados": 0, "pulados": {"a empresa não marca presença": 1}}', 'a company that does not mark attendance');
select is((job_no_shows('Clínica') ->> 'planejados')::integer > 0, true, 'and one that does');
update agendamentos set status = case externo_id when 'p1' then 'faltou' else 'realizado' end where externo_id in ('p1', 'p3', 'p5', 'b1');
update agendamentos set status = 'cancelado' where empresa_id = :'clinica' and inicio < agora() and externo_id not in ('p1', 'p3', 'p5', 'b1');
select is(job_metrics('Clínica'), '{"total_consultas": 4, "taxa_faltas": 0.2500, "taxa_conclusao": 0.7500, "lembretes_enviados": 0}', 'the last 30 days');
update disparos d set status = 'enviado', encerrado_em = agora() where d.mensagem_id in (select id from fila_ativa);
select is((job_metrics('Clínica') ->> 'lembretes_enviados')::integer, (select count(distinct f.id)::integer from fila_ativa f where f.tipo = 'lembrete'), 'messages are counted, not appointments');

select * from finish();
rollback;
