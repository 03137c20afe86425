-- followup_*: follow-ups that somebody asks for: who, when, what; replaced, cancelled, listed, processed.
begin;
select plan(52);
-- at ten in the morning, a Monday
insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now());
\ir regra_pessoas.sql
select count(*) from regra_propor_modelos() \g /dev/null
update modelos set situacao = 'aprovado';
update clientes set metadata = '{"externo_id": "crm-17", "vaga": "UTI"}' where id = pg_temp.id('ana');
create function pg_temp.espera(quem text) returns text language sql
as $$ select string_agg(concat_ws(' ', f.followup_type, f.scheduled_for - agora()), ', ' order by f.id) from followups f where f.user_id = pg_temp.id(quem) and f.status = 'planejado' $$;
create function pg_temp.texto(quem text) returns text language sql
as $$ select f.conteudo from fila_ativa f where f.cliente_id = pg_temp.id(quem) $$;

-- who
select is((select array_agg(pg_temp.quem(f.user_id)) from unnest(array[pg_temp.id('ana')::text, 'crm-17', '+5511987650001', '(11) 98765-0001', '5511987650001']) u (id),
    followup_agendar(u.id) f), '{ana,ana,ana,ana,ana}', 'by id, external id or phone');
select is(pg_temp.espera('ana'), 'post_service 1 day', 'the last one waits: a day by default');
select is((select array_agg(distinct f.status || ':' || f.motivo) from followups f where f.status <> 'planejado'), '{"cancelado:substituído por outro pedido"}', 'it took the place of the others');
select is(channel, 'whatsapp', 'over WhatsApp') from followups limit 1;
create temp table rui as select * from followup_agendar('loja-99', metadata => '{"phone_number": "11 98765-0077", "nome": "Rui Lima"}');
select is((select c.telefone from rui join clientes c on c.id = rui.user_id where rui.status = 'planejado'), '+5511987650077', 'who is not known is made');
select is((select f.user_id from followup_agendar('loja-99', followup_type => 'post_purchase') f), (select id from clientes where primeiro_nome = 'Rui'), 'and known from then on');
select is((select array_agg(distinct metadata) from followups where nome = 'Rui Lima'), '{"{}","{\"nome\": \"Rui Lima\"}"}', 'the phone is kept in one place');
select throws_ok($$select followup_agendar('ninguem')$$, '22023', 'user_id: the company knows nobody by it; metadata.phone_number would make them', 'nobody');
select throws_ok($$select followup_agendar(' ')$$, '22023', null, 'nothing');
select throws_ok($$select followup_agendar('x1', metadata => '{"phone_number": "123"}')$$, '22023', 'metadata: "phone_number" is no phone', 'no phone');

-- what is refused
select throws_ok($$select followup_agendar('crm-17', 'email')$$, '22023', 'canal email ainda não disponível', 'no mail yet');
select throws_ok($$select followup_agendar('crm-17', 'sms')$$, '22023', 'channel: expected whatsapp or email, found "sms"', 'no other channel');
select throws_ok($$select followup_agendar('crm-17', followup_type => 'aniversario')$$, '22023', null, 'no other type');
select throws_ok($$select followup_agendar('crm-17', delay_hours => -1)$$, '22023', null, 'not back in time');
select throws_ok($$select followup_agendar('crm-17', followup_type => 'reminder')$$, '22023', 'reminder_time: a reminder needs it, or delay_hours', 'a reminder has its time');
select throws_ok($$select followup_agendar('crm-17', message => 'Oi {nome}, {cor}?')$$, '22023', 'message: neither metadata nor the person fills {cor}', 'nor a placeholder that nobody fills');
select throws_ok($$select followup_agendar('crm-17', metadata => '[]')$$, '22023', null, 'metadata is an object');
select throws_ok($$select followup_agendar('crm-17', modelo => 'nada')$$, '22023', null, 'no such template');

-- when
select is((select array_agg(f.scheduled_for - agora() order by f.id) from unnest('{post_purchase,reengagement}'::text[]) t, followup_agendar('crm-17', followup_type => t) f),
    '{48:00:00,168:00:00}', 'the delay of each type');
select is((select f.scheduled_for - agora() from followup_agendar('crm-17', delay_hours => 0.5) f), '00:30:00', 'or another');
select is((select f.scheduled_for from followup_agendar('crm-17', followup_type => 'reminder', reminder_time => agora() + interval '3 hours') f), agora() + interval '3 hours', 'or an instant');
select followup_agendar('crm-17', followup_type => 'reminder', reminder_time => agora() + interval '5 hours') \g /dev/null
select followup_agendar('crm-17', followup_type => 'reminder', reminder_time => agora() + interval '5 hours') \g /dev/null
select is(pg_temp.espera('ana'), 'post_purchase 2 days, reengagement 7 days, post_service 00:30:00, reminder 03:00:00, reminder 05:00:00', 'two reminders, one for each instant');

-- cancelled, listed
select is(followup_cancelar('crm-17', 'reminder'), 2, 'cancelled by type');
select is(followup_cancelar('crm-17'), 3, 'and all');
select is(followup_cancelar('crm-17'), 0, 'once');
select throws_ok($$select followup_cancelar('ninguem')$$, '22023', null, 'of nobody');
select is((select array_agg(distinct motivo) from followup_listar('crm-17', 'cancelado') where motivo <> 'substituído por outro pedido'), '{"cancelado a pedido"}', 'why');
select is((select count(*) from followup_listar('crm-17', 'planejado')), 0::bigint, 'none waits');
select is((select count(*) from followup_listar('loja-99')), 2::bigint, 'of one person');
select is((select count(*) from followup_listar(limite => 1)), 1::bigint, 'so many');
select throws_ok($$select followup_listar(status => 'fim')$$, '22023', null, 'no such status');

-- what it says
select followup_agendar('crm-17', delay_hours => 0, metadata => '{"assunto": "a entrega"}') \g /dev/null
select is(followup_processar(), '{"enfileirado": 1}', 'processed at once');
select is(pg_temp.texto('ana'), E'Olá Ana!\n\nEsperamos que tenha conseguido resolver sua questão sobre a entrega. Há algo mais em que possamos ajudar?', 'the text of its type');
select is(followup_cancelar('crm-17', 'post_service'), 1, 'what is in the queue can be cancelled too');
select followup_agendar('crm-17', delay_hours => 0, message_template => 'Oi {nome}! A vaga na {vaga} é sua, {apelido}?', metadata => '{"apelido": "Aninha"}') \g /dev/null
select followup_processar() \g /dev/null
select is(pg_temp.texto('ana'), 'Oi Ana! A vaga na UTI é sua, Aninha?', 'a text of its own');
select followup_cancelar('crm-17') \g /dev/null
select ((agora() at time zone 'America/Sao_Paulo')::date + 1)::text as amanha \gset
select is((select f.metadata ->> 'data' from followup_agendar('crm-17', followup_type => 'reminder', delay_hours => 0, metadata => json_build_object('data', :'amanha' || 'T14:30')::jsonb) f)::timestamptz,
    (:'amanha'::date + time '14:30') at time zone 'America/Sao_Paulo', 'a time without zone is the company''s');
select followup_processar() \g /dev/null
select is(pg_temp.texto('ana'), 'Lembrete: Sua consulta é {hoje} às 14h30!', 'a reminder; {hoje} is for the claim');
select is((select (metadata ->> 'data')::timestamptz >= valido_ate from fila_ativa where cliente_id = pg_temp.id('ana')), true, 'which never comes after what it is about');
select followup_agendar(pg_temp.id('gil')::text, delay_hours => 0) \g /dev/null
select followup_agendar(pg_temp.id('eva')::text, followup_type => 'reengagement', delay_hours => 0) \g /dev/null
select is(followup_processar(), '{"pulado": 2}', 'who cannot get it');
select is((select array_agg(f.motivo order by f.id) from followups f where f.status = 'pulado'), '{sem_nome,sem_consentimento}', 'why');
select is(followup_processar(), '{}', 'nothing is left');
select throws_ok($$select regra_desativar('post_purchase'), followup_agendar('crm-17', followup_type => 'post_purchase')$$, '22023', 'followup_type: the rule post_purchase is switched off', 'a rule that is off');
select is((select array_agg(pg_temp.quem(user_id)) from followup_agendar('+5511987650002') f), '{bia}', 'bia by phone');
-- reminders outside the window: earlier, never past what they remind of
delete from fila_ativa;
update disparos set status = 'cancelado' where status in ('planejado', 'enfileirado');
update relogio set deslocamento = '2027-03-02 10:00-03'::timestamptz - now();
create function pg_temp.lembra(em text, metadata jsonb default null) returns text language sql
as $$
    select concat_ws(' ', to_char(f.scheduled_for at time zone 'America/Sao_Paulo', 'DD HH24:MI'), to_char(f.valido_ate at time zone 'America/Sao_Paulo', 'DD HH24:MI'))
    from followup_agendar(pg_temp.id('ana')::text, followup_type => 'reminder', reminder_time => em::timestamptz, metadata => lembra.metadata) f
$$;
select is(pg_temp.lembra('2027-03-02 14:00-03'), '02 14:00 02 15:00', 'at its own instant, and an hour later no more');
select is(pg_temp.lembra('2027-03-02 23:00-03'), '02 21:59 02 23:00', 'at night: before the closing, worth nothing once it has begun');
select is(pg_temp.lembra('2027-03-02 23:30-03'), '02 21:59 02 23:30', 'another of that night');
select is(pg_temp.lembra('2027-03-02 23:30-03'), '02 21:59 02 23:30', 'the same once more');
select is((select count(*) from followups f where f.status = 'planejado' and f.user_id = pg_temp.id('ana')), 3::bigint, 'each event has its own, once');
select is(pg_temp.lembra('2027-03-02 05:00-03', '{"data": "2027-03-02T15:00-03:00"}'), '02 05:00 02 15:00', 'no time left for earlier: as asked');
select is(pg_temp.lembra('2027-03-03 05:00-03', '{"data": "2027-03-03T15:00-03:00"}'), '02 21:59 03 15:00', 'the evening before');
select throws_ok($$select pg_temp.lembra('2027-02-20 10:00-03')$$, '22023', null, 'what would end unsent is refused');
select throws_ok($$select pg_temp.lembra('294276-12-31')$$, '22023', 'reminder_time: expected an instant within a year, found "294276-12-31 00:00:00+00"', 'and what is too far');

select * from finish();
rollback;
