-- Appointments: what saving, moving, marking and cancelling one plans and voids.
begin;
select plan(42);

insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now()); -- a Monday
select empresa_salvar('Clínica', marca_presenca => true);
select conta_salvar('100000001', 'token', empresa => 'Clínica');
select numero_salvar('200000001', empresa => 'Clínica');
create temp table gente as
select n, (cliente_salvar('Pessoa', '1198765432' || n, empresa => 'Clínica')).id from generate_series(1, 5) n;
create function pg_temp.planos(externo text) returns text language sql as $$
    select string_agg(concat_ws(' ', r.nome, to_char(d.quando at time zone 'America/Sao_Paulo', 'DD HH24:MI'), d.status, d.motivo), ', '
        order by d.id)
    from disparos d
    join regras_followup r on r.id = d.regra_id
    join agendamentos a on a.id = d.alvo_id and a.externo_id = externo
$$;
create function pg_temp.pessoa(integer) returns uuid language sql as $$ select id from gente where n = $1 $$;

-- made
select is((agendamento_salvar(pg_temp.pessoa(1), '2027-03-03 14:00-03', externo_id => 'a', permite_followup => true, empresa => 'Clínica')).fim,
    '2027-03-03 15:00-03'::timestamptz, 'an hour when nothing else is said');
select is(pg_temp.planos('a'), 'lembrete_24h 02 14:00 planejado, lembrete_2h 03 12:00 planejado, pos_atendimento 03 16:00 planejado', 'three messages');
select is((select followup_proximo_em from agendamentos where externo_id = 'a'), '2027-03-03 16:00-03'::timestamptz, 'the next one is known');
select is((select array_agg(d.valido_ate order by d.id) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a'),
    array['2027-03-03 12:00-03', '2027-03-03 14:00-03', '2027-03-04 16:00-03']::timestamptz[], 'the first is worth nothing when the second is due');
select agendamento_salvar(pg_temp.pessoa(1), '2027-03-03 14:00-03', externo_id => 'a', permite_followup => true, empresa => 'Clínica');
select is(pg_temp.planos('a'), 'lembrete_24h 02 14:00 planejado, lembrete_2h 03 12:00 planejado, pos_atendimento 03 16:00 planejado', 'saved again: the same');
select is((select versao from agendamentos where externo_id = 'a'), 1, 'and the same version');
select is((select count(*) from agendamentos), 1::bigint, 'one appointment');

-- consent decides where nothing is said
select agendamento_salvar(pg_temp.pessoa(2), '2027-03-03 09:00-03', externo_id => 'b', empresa => 'Clínica');
select is(pg_temp.planos('b'), 'lembrete_24h 02 09:00 planejado, lembrete_2h 03 07:00 planejado', 'no consent: no message afterwards');
select consentimento_registrar(pg_temp.pessoa(3), 'transacional', 'sim, pode mandar');
select ok((agendamento_salvar(pg_temp.pessoa(3), '2027-03-03 09:00-03', externo_id => 'c', empresa => 'Clínica')).permite_followup, 'a consent in force allows it');

-- windows: earlier, never later
select agendamento_salvar(pg_temp.pessoa(2), '2027-03-04 08:00-03', externo_id => 'cedo', empresa => 'Clínica');
select is(pg_temp.planos('cedo'), 'lembrete_24h 03 08:00 planejado, lembrete_2h 03 21:59 planejado', '06:00 is too early: the evening before');

-- booked late
select agendamento_salvar(pg_temp.pessoa(2), '2027-03-01 15:00-03', externo_id => 'hoje', empresa => 'Clínica');
select is(pg_temp.planos('hoje'), 'lembrete_24h 28 15:00 pulado marcado depois do horário do lembrete, lembrete_2h 01 13:00 planejado', 'no late 24 h reminder');
select agendamento_salvar(pg_temp.pessoa(2), '2027-02-20 15:00-03', externo_id => 'passado', permite_followup => true, empresa => 'Clínica');
select is(pg_temp.planos('passado'), null, 'of the past nothing is sent');

-- moved
select agendamento_remarcar((select id from agendamentos where externo_id = 'a'), '2027-03-05 10:30-03');
select is((select fim from agendamentos where externo_id = 'a'), '2027-03-05 11:30-03'::timestamptz, 'its length stays');
select is(pg_temp.planos('a'), 'lembrete_24h 02 14:00 cancelado remarcado, lembrete_2h 03 12:00 cancelado remarcado, pos_atendimento 03 16:00 cancelado remarcado, '
    'lembrete_24h 04 10:30 planejado, lembrete_2h 05 08:30 planejado, pos_atendimento 05 12:30 planejado', 'all of it moves');
select is((select versao from agendamentos where externo_id = 'a'), 2, 'another version');
select agendamento_remarcar((select id from agendamentos where externo_id = 'a'), '2027-03-03 14:00-03');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a' where d.status = 'planejado'), 3::bigint, 'and back');
update disparos d set status = 'enviado', mensagem_id = uuidv7()
from agendamentos a, regras_followup r
where a.id = d.alvo_id and a.externo_id = 'a' and r.id = d.regra_id and r.nome = 'lembrete_24h' and d.status = 'planejado';
select agendamento_remarcar((select id from agendamentos where externo_id = 'a'), '2027-03-05 10:30-03');
select agendamento_remarcar((select id from agendamentos where externo_id = 'a'), '2027-03-03 14:00-03');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a'
    join regras_followup r on r.id = d.regra_id and r.nome = 'lembrete_24h' where d.status = 'planejado'), 0::bigint, 'a reminder of that time has left: not twice');
select is((select status from agendamento_confirmar((select id from agendamentos where externo_id = 'a'))), 'confirmado', 'confirmed');
select is((agendamento_remarcar((select id from agendamentos where externo_id = 'a'), '2027-03-08 14:00-03')).status, 'agendado', 'of another time nothing is confirmed');

-- cancelled, and taken up again
select is((agendamento_cancelar((select id from agendamentos where externo_id = 'a'))).status, 'cancelado', 'cancelled');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a' where d.status = 'planejado'), 0::bigint, 'nothing is left');
select is((select followup_proximo_em from agendamentos where externo_id = 'a'), null, 'nothing next');
select agendamento_salvar(externo_id => 'a', servico => 'Limpeza', empresa => 'Clínica');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a' where d.status = 'planejado'), 0::bigint, 'a changed word does not revive it');
select agendamento_status((select id from agendamentos where externo_id = 'a'), 'agendado');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a' where d.status = 'planejado'), 3::bigint, 'agendado again does');

-- marked
select agendamento_status((select id from agendamentos where externo_id = 'a'), 'faltou');
select is((select count(*) from disparos d join agendamentos a on a.id = d.alvo_id and a.externo_id = 'a' where d.status = 'planejado'), 0::bigint, 'faltou voids what comes after');
select is((select string_agg(action, ' ' order by id) from auditoria where alvo = (select id::text from agendamentos where externo_id = 'a')),
    'agendamento_remarcado agendamento_remarcado agendamento_remarcado agendamento_remarcado agendamento_confirmado agendamento_remarcado agendamento_cancelado agendamento_agendado agendamento_faltou', 'all of it is audited');

-- who does not come
select agendamento_salvar(pg_temp.pessoa(4), '2027-03-01 11:00-03', '2027-03-01 12:30-03', externo_id => 'f', permite_followup => true, empresa => 'Clínica');
update relogio set deslocamento = '2027-03-01 12:10-03'::timestamptz - now();
select is(agendamento_no_shows((select id from empresas)), '{"planejados": 0}', 'an hour past the start, but not before the end');
update relogio set deslocamento = '2027-03-01 12:31-03'::timestamptz - now();
select is(agendamento_no_shows((select id from empresas)), '{"planejados": 1}', 'then');
select is(agendamento_no_shows((select id from empresas)), '{"planejados": 0}', 'once');
select alike(pg_temp.planos('f'), '%pos_atendimento 01 13:30 cancelado não compareceu, falta 01 12:31 planejado', 'instead of the message afterwards');
select agendamento_status((select id from agendamentos where externo_id = 'f'), 'realizado');
select alike(pg_temp.planos('f'), '%falta 01 12:31 cancelado agendamento realizado, pos_atendimento 01 13:30 planejado', 'realizado voids it, also when late');
select is(agendamento_no_shows((select id from empresas)), '{"planejados": 0}', 'and it is no no-show any more');
select empresa_salvar('Clínica', marca_presenca => false);
select is(agendamento_no_shows((select id from empresas)) ->> 'pulado', 'a empresa não marca presença', 'who does not mark has none');

-- an answer
select agendamento_salvar(pg_temp.pessoa(5), '2027-03-01 13:00-03', externo_id => 'r', permite_followup => true, empresa => 'Clínica');
select is((agendamento_responder((select id from agendamentos where externo_id = 'r'), 'feedback', 'muito bom')).followup_resposta, 'feedback', 'answered');
select alike(pg_temp.planos('r'), '%pos_atendimento 01 15:00 cancelado respondeu', 'an answer ends it');
select is((select feedback_type || ': ' || texto from feedback_eventos), 'followup_text: muito bom', 'kept with its appointment');

-- what is wrong
select throws_like($$select agendamento_salvar(inicio => '2027-03-03 14:00-03', empresa => 'Clínica')$$, 'cliente_id: %');
select throws_like($$select agendamento_salvar((select id from gente where n = 1), empresa => 'Clínica')$$, 'inicio: %');
select throws_like($$select agendamento_salvar((select id from gente where n = 1), '2027-03-03 14:00-03', '2027-03-03 13:00-03', empresa => 'Clínica')$$, 'fim: %');
select throws_like($$select agendamento_salvar(uuidv7(), '2027-03-03 14:00-03', empresa => 'Clínica')$$, 'cliente_id: %');
select throws_like($$select agendamento_salvar((select id from gente where n = 1), '2027-03-03 14:00-03', status => 'marcado', empresa => 'Clínica')$$, 'status: %');
select throws_like($$select agendamento_status(uuidv7(), 'realizado')$$, 'id: %');

select * from finish();
rollback;
