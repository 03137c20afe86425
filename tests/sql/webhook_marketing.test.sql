-- webhook_apply: who stops marketing in WhatsApp, or takes it again; a no for whoever has no phone.
begin;
select plan(43);
\ir fila_gente.sql
\ir webhook_gente.sql
select count(*) from consentimento_registrar(pg_temp.de('ana'), 'marketing', 'Aceito') \g /dev/null
select count(*) from consentimento_registrar(pg_temp.de('bia'), 'marketing', 'Aceito') \g /dev/null
create function pg_temp.prefere(quem text, valor text, em timestamptz, categoria text default 'marketing_messages') returns bigint language sql
as $$
    select pg_temp.campo('user_preferences', jsonb_build_object('contacts', '[]'::jsonb, 'user_preferences', jsonb_build_array(
        jsonb_build_object('wa_id', $1, 'category', $4, 'value', $2, 'timestamp', extract(epoch from $3)::bigint))), null, '200000001')
$$;
create function pg_temp.livro(text) returns text language sql
as $$ select string_agg(k.acao || ' ' || k.canal, ', ' order by k.id) from consentimentos k where k.cliente_id = pg_temp.de($1) $$;
create function pg_temp.estado(text) returns text language sql
as $$ select c.status || ' ' || c.marketing_permitido from clientes c where c.id = pg_temp.de($1) $$;
select date_trunc('second', agora()) as hoje \gset
select pg_temp.janela('caio');

select pg_temp.nova('ana', tipo => 'promocional') as promo \gset
select pg_temp.nova('ana', tipo => 'lembrete') as lembra \gset
select pg_temp.prefere('5511987650001', 'stop', :'hoje'::timestamptz - interval '1 hour') as e \gset
select is(webhook_apply(10), 1, 'stop');
select is(pg_temp.erro(:e), null, 'is understood');
select is(pg_temp.estado('ana'), 'ativo false', 'no marketing, and no opt-out');
select is(pg_temp.livro('ana'), 'concedido sql, revogado whatsapp', 'in the ledger');
select ok((select evidencia like 'WhatsApp user_preferences stop, webhook %' and ocorrido_em = :'hoje'::timestamptz - interval '1 hour' from consentimentos order by id desc limit 1), 'with its evidence and when it was said');
select is(pg_temp.situacao(:'promo'), 'cancelada', 'what waits of marketing is cancelled');
select is(pg_temp.situacao(:'lembra'), 'pendente', 'a reminder is none');
select pg_temp.prefere('5511987650001', 'stop', :'hoje'::timestamptz - interval '1 hour');
select count(*) from webhook_apply(10);
select is(pg_temp.livro('ana'), 'concedido sql, revogado whatsapp', 'told again it is no news');

select pg_temp.prefere('5511987650001', 'resume', :'hoje'::timestamptz - interval '30 minutes'), pg_temp.prefere('5511987650001', 'stop', :'hoje'::timestamptz - interval '40 minutes');
select count(*) from webhook_apply(10);
select is(pg_temp.estado('ana'), 'ativo true', 'resume; a stop from before that comes late does not count');
select is(pg_temp.livro('ana'), 'concedido sql, revogado whatsapp, concedido whatsapp', 'in the ledger');
select pg_temp.prefere('5511987650001', 'stop', :'hoje'::timestamptz - interval '30 minutes');
select pg_temp.prefere('5511987650001', 'resume', :'hoje'::timestamptz - interval '30 minutes');
select count(*) from webhook_apply(10);
select is(pg_temp.estado('ana'), 'ativo false', 'of the same second the no counts');

-- a yes there lifts no opt-out here
select count(*) from supressao_incluir('11 98765-0002', 'pediu para sair') \g /dev/null
select pg_temp.prefere('5511987650002', 'resume', :'hoje');
select count(*) from webhook_apply(10);
select is(split_part(pg_temp.estado('bia'), ' ', 1), 'optout', 'who left by words stays out');
select pg_temp.nova('bia', tipo => 'promocional') as promo \gset
select count(*) from pg_temp.pega() \g /dev/null
select is(pg_temp.situacao(:'promo'), 'cancelada', 'and gets nothing');

-- whoever is not known
select pg_temp.campo('user_preferences', '{"user_preferences": [{"user_id": "BR.55", "category": "marketing_messages", "value": "stop", "timestamp": 1769900001},
    {"wa_id": 5511944443333, "category": "marketing_messages", "value": "signup", "timestamp": "1769900001"}]}', null, '200000001');
select count(*) from webhook_apply(10);
select is((select acao from consentimentos k join identidades i using (cliente_id) where i.valor = 'BR.55'), 'revogado', 'a no of nobody known is kept');
select is((select marketing_permitido from clientes where telefone = '+5511944443333'), true, 'a yes too; integers as texts and texts as integers');

-- what makes no sense stops nothing
select pg_temp.prefere('5511987650001', 'maybe', :'hoje') as e1, pg_temp.prefere('5511987650001', 'resume', :'hoje', 'utility_messages') as e2,
    pg_temp.prefere('12', 'resume', :'hoje') as e3, pg_temp.campo('user_preferences', '{"user_preferences": [[], null, 7]}', null, '200000001') as e4,
    pg_temp.campo('user_preferences', '[]', null, '200000001') as e5, pg_temp.campo('user_preferences', '{}', null, '999') as e6 \gset
select is(webhook_apply(10), 6, 'six that are none');
select is(array[pg_temp.erro(:e1), pg_temp.erro(:e2), pg_temp.erro(:e3), pg_temp.erro(:e4), pg_temp.erro(:e5), pg_temp.erro(:e6)],
    array['value: expected stop, resume or signup', 'category: only marketing_messages is known', 'wa_id: expected a phone number or a user id',
        'user_preferences: expected a list of objects', 'user_preferences: expected a list of objects', '22023: phone_number_id: not one of ours'], 'each says why');
select is(pg_temp.estado('ana'), 'ativo false', 'nothing changed');

-- 131050
select pg_temp.prefere('5531987650003', 'resume', :'hoje'::timestamptz - interval '2 hours');
select count(*) from webhook_apply(10);
select pg_temp.enviada('caio', 'wamid.c') as c \gset
select pg_temp.nova('caio', tipo => 'promocional') as promo \gset
select pg_temp.status('wamid.c', 'failed', em => agora() - interval '1 minute', codigo => 131050);
select count(*) from webhook_apply(10);
select is(pg_temp.situacao(:'c'), 'enviada falhou wamid.c 131050', 'a message that failed with 131050');
select is(pg_temp.estado('caio'), 'ativo false', 'tells that its person stopped marketing');
select is(pg_temp.situacao(:'promo'), 'cancelada', 'what waits of it is cancelled');
select pg_temp.status('wamid.c', 'failed', em => agora() - interval '1 minute', codigo => 131050), pg_temp.status('wamid.c', 'failed', em => agora(), codigo => 131050);
select count(*) from webhook_apply(10);
select is(pg_temp.livro('caio'), 'concedido whatsapp, revogado whatsapp', 'once, however many failed');
insert into webhook_eventos (tipo, phone_number_id, wamid, status, codigo, ocorrido_em, corpo)
values ('status', '200000001', 'wamid.other', 'failed', 131050, agora(), '{"recipient_id": "5511944443333"}'),
    ('status', '200000001', 'wamid.other2', 'failed', 131050, agora(), 'no json'), ('status', '200000001', 'wamid.other3', 'failed', 131050, agora(), '{"recipient_id": [1]}');
select count(*) from webhook_apply(10);
select is((select marketing_permitido from clientes where telefone = '+5511944443333'), false, 'of a message that is not ours too, by whom Meta names');

select count(*) from consentimento_registrar(pg_temp.de('caio'), 'marketing', 'Aceito') \g /dev/null
select pg_temp.nova('caio', tipo => 'promocional') as agora, pg_temp.nova('caio', tipo => 'promocional') as depois \gset
update fila_ativa set agendar_para = agora() + interval '1 hour' where id = :'depois';
select pg_temp.grava(p.id, p.reserva_seq, 'recusada', codigo => 131050) from pg_temp.pega() p where p.id = :'agora' \g /dev/null
select count(*) from efeitos_apply(100) \g /dev/null
select is(pg_temp.estado('caio'), 'ativo false', 'refused at once with 131050 says the same');
select is(pg_temp.situacao(:'depois'), 'cancelada', 'and cancels what waits');

-- 131049: not before a day has passed
select count(*) from consentimento_registrar(pg_temp.de('ana'), 'marketing', 'Aceito') \g /dev/null
select m.id as oi from modelos m where m.nome = 'oi_nome' \gset
select pg_temp.janela('ana');
select pg_temp.enviada('ana', 'wamid.a') as a \gset
select pg_temp.status('wamid.a', 'failed', em => agora() - interval '1 hour', codigo => 131049);
select count(*) from webhook_apply(10);
select is((select marketing_espera_ate from clientes where id = pg_temp.de('ana')), agora() + interval '23 hours', 'Meta keeps marketing from her');
select is(pg_temp.estado('ana'), 'ativo true', 'which is no wish of hers');
select pg_temp.nova('ana', 'Promoção', :oi, 'promocional') as promo \gset
select count(*) from pg_temp.pega() \g /dev/null
select is((select status from fila_ativa where id = :'promo'), 'processando', 'with her window open it goes');
update conversas set janela_24h_ate = agora() - interval '1 second' where cliente_id = pg_temp.de('ana');
select pg_temp.nova('ana', 'Promoção', :oi, 'promocional') as promo, pg_temp.nova('ana', null, :oi, 'lembrete') as lembra \gset
select count(*) from pg_temp.pega() \g /dev/null
select is(array[f.status, f.espera_motivo, (f.agendar_para = agora() + interval '23 hours')::text], array['pendente', 'a Meta limitou o marketing para esta pessoa', 'true'], 'outside her window it waits')
from fila_ativa f where f.id = :'promo';
select is(e.regra, 'limite_meta', 'and says so') from fila_explicar(:'promo') e;
select is((select status from fila_ativa where id = :'lembra'), 'processando', 'a reminder does not wait');
select pg_temp.status('wamid.a', 'failed', em => agora() - interval '30 hours', codigo => 130472);
select count(*) from webhook_apply(10);
select is((select marketing_espera_ate from clientes where id = pg_temp.de('ana')), agora() + interval '23 hours', 'old news change nothing');

-- a no of whoever has no phone, and of all names of a person
select pg_temp.veio('wamid.b1', '{"from_user_id": "BR.1001", "type": "text", "text": {"body": "oi"}}');
select count(*) from webhook_apply(10);
select is((select clientes from supressao_incluir('BR.1001', 'pediu para sair')), 1, 'suppressed by the user id');
select is((select c.status from clientes c join identidades i on i.cliente_id = c.id where i.valor = 'BR.1001'), 'optout', 'is an optout');
delete from clientes c using identidades i where i.cliente_id = c.id and i.valor = 'BR.1001';
select pg_temp.veio('wamid.b2', '{"from_user_id": "BR.1001", "type": "text", "text": {"body": "oi"}}');
select pg_temp.veio('wamid.b3', '{"from": "5511933332222", "from_user_id": "BR.1001", "type": "text", "text": {"body": "oi"}}');
select count(*) from webhook_apply(10);
select is((select c.status from clientes c where c.telefone = '+5511933332222'), 'optout', 'erased and back, an optout still');
delete from clientes where telefone = '+5511933332222';
select is((select status from cliente_salvar('Rita', '11 93333-2222')), 'optout', 'and under the phone that was learnt meanwhile');
select pg_temp.veio('wamid.b4', '{"from": "5511933332222", "from_user_id": "BR.1002", "type": "text", "text": {"body": "oi"}}');
select pg_temp.campo('user_id_update', '{"user_id_update": [{"user_id": {"previous": "BR.1002", "current": "BR.1003"}}]}', agora(), '200000001');
select count(*) from webhook_apply(10);
delete from clientes where telefone = '+5511933332222';
select pg_temp.veio('wamid.b5', '{"from_user_id": "BR.1003", "type": "text", "text": {"body": "oi"}}');
select count(*) from webhook_apply(10);
select is((select c.status from clientes c join identidades i on i.cliente_id = c.id where i.valor = 'BR.1003'), 'optout', 'whatever id they come under');
delete from clientes c using identidades i where i.cliente_id = c.id and i.valor = 'BR.1003';
select pg_temp.campo('user_id_update', '{"user_id_update": [{"user_id": {"previous": "BR.1003", "current": "BR.1004"}}]}', agora(), '200000001');
select count(*) from webhook_apply(10);
select ok(supressao_existe((select id from casa), 'BR.1004'), 'an id that changes while nobody is there is suppressed too');
select is((select supressao_retirar('BR.1004', 'voltou')), 0, 'taken out by the id');
select ok(not supressao_existe((select id from casa), 'BR.1004'), 'is out');
select ok(not exists (select from supressoes s where s.motivo ~ 'BR\.'), 'no id can be read there');

-- the number changes while only the suppression remembers
select pg_temp.veio('wamid.s1', '{"from": "5511933332222", "type": "system", "system": {"type": "user_changed_number", "wa_id": "5511922221111"}}');
select count(*) from webhook_apply(10);
select is((select status from cliente_salvar('Rita', '11 92222-1111')), 'optout', 'a no goes with the number');
select is((select count(*) from webhook_eventos where erro like '4%' or erro like 'XX%'), 0::bigint, 'nothing broke');
select * from finish();
rollback;
