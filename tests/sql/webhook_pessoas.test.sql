-- webhook_apply: who writes without a phone, changes number or id, edits or takes back.
begin;
select plan(49);
\ir fila_gente.sql
\ir webhook_gente.sql
create function pg_temp.quem(wamid text) returns clientes language sql
as $$ select c from mensagens_recebidas m join clientes c on c.id = m.cliente_id where m.wamid = $1 $$;
create function pg_temp.nomes(uuid) returns text language sql
as $$ select string_agg(concat_ws(' ', i.tipo, i.valor, case when i.encerrada_em is not null then 'x' end), ', ' order by i.tipo, i.valor)
      from identidades i where i.cliente_id = $1 $$;

-- only a user id
select pg_temp.veio('wamid.b1', '{"from_user_id": "BR.1001", "type": "text", "text": {"body": "oi"}}', agora() - interval '1 minute',
    '{"profile": {"name": "Rita Dias", "username": "@rita"}, "user_id": "BR.1001"}');
select is(webhook_apply(10), 1, 'a message without a phone');
select is(array[(pg_temp.quem('wamid.b1')).nome, (pg_temp.quem('wamid.b1')).telefone], '{Rita Dias,NULL}', 'makes a person without a phone');
select is(pg_temp.nomes((pg_temp.quem('wamid.b1')).id), 'bsuid BR.1001', 'known by the id');
select ok((select janela_24h_ate > agora() from conversas where cliente_id = (pg_temp.quem('wamid.b1')).id), 'whose window is open');
select pg_temp.veio('wamid.b2', '{"from": "BR.1001", "type": "text", "text": {"body": "de novo"}}', agora() - interval '1 minute',
    '{"wa_id": "BR.1001", "profile": {"name": "Rita"}}');
select count(*) from webhook_apply(10);
select is((pg_temp.quem('wamid.b2')).id, (pg_temp.quem('wamid.b1')).id, 'the id inside from is the same person');
with r as (insert into fila_mensagens (cliente_id, conteudo) values ((pg_temp.quem('wamid.b1')).id, 'Olá {nome}') returning destino, conteudo)
select is(array[destino, conteudo], '{BR.1001,Olá Rita}', 'and may be answered under it') from r;

-- both: the other one is learnt
select pg_temp.veio('wamid.b3', '{"from": "5511955554444", "from_user_id": "BR.1001", "type": "text", "text": {"body": "agora com número"}}', agora() - interval '50 seconds');
select count(*) from webhook_apply(10);
select is((pg_temp.quem('wamid.b3')).telefone, '+5511955554444', 'the phone is learnt');
select is(pg_temp.nomes((pg_temp.quem('wamid.b1')).id), 'bsuid BR.1001, telefone +5511955554444, wa_id 5511955554444', 'and looked up by all');
select pg_temp.veio('wamid.a1', '{"from": "5511987650001", "type": "text", "text": {"body": "oi"}}', agora() - interval '40 seconds', '{"wa_id": "5511987650001", "user_id": "BR.2002"}');
select pg_temp.veio('wamid.a2', '{"from_user_id": "BR.2002", "type": "text", "text": {"body": "oi"}}', agora() - interval '30 seconds');
select count(*) from webhook_apply(10);
select is((pg_temp.quem('wamid.a2')).id, pg_temp.de('ana'), 'an id learnt beside a phone');
select is((select count(*) from clientes), 4::bigint, 'nobody twice');

-- a number and an id of two people
select pg_temp.veio('wamid.c1', '{"from": "5511987650002", "from_user_id": "BR.2002", "type": "text", "text": {"body": "?"}}', agora() - interval '20 seconds');
select count(*) from webhook_apply(10);
select is((pg_temp.quem('wamid.c1')).id, pg_temp.de('bia'), 'the phone''s is taken');
select is(pg_temp.nomes(pg_temp.de('ana')), 'bsuid BR.2002, telefone +5511987650001, wa_id 5511987650001', 'nobody loses an id');
select is(array[a.tipo, (a.payload -> 'clientes' @> to_jsonb(array[pg_temp.de('ana'), pg_temp.de('bia')]))::text, (a.texto !~ '[0-9]{4}')::text],
    '{identidade,true,true}', 'a person is asked') from avisos a;
select is((select count(*) from auditoria where action = 'identidade_conflito'), 1::bigint, 'audited');
select pg_temp.veio('wamid.c2', '{"from": "5511987650002", "from_user_id": "BR.2002", "type": "text", "text": {"body": "?"}}', agora() - interval '19 seconds');
select count(*) from webhook_apply(10);
select is((select count(*) from avisos), 1::bigint, 'once');
select is((select r.visto_por from aviso_resolver((select id from avisos), 'Júlia') r), 'Júlia', 'who decides closes it');
select is((select count(*) from aviso_listar('Clínica')), 0::bigint, 'nothing is open');
select throws_ok('select aviso_resolver(0)', '22023', 'id: there is no notice 0', 'no such notice');

-- a new user id
select pg_temp.campo('user_id_update', '{"user_id_update": [{"wa_id": "5511987650001", "user_id": {"previous": "BR.2002", "current": "BR.3003"}, "timestamp": "1769900001"}]}',
    agora(), '200000001') as e \gset
select count(*) from webhook_apply(10);
select is(pg_temp.nomes(pg_temp.de('ana')), 'bsuid BR.2002 x, bsuid BR.3003, telefone +5511987650001, wa_id 5511987650001', 'the current id is learnt, the previous ends');
select is(pg_temp.erro(:e), null, 'without an error');
select pg_temp.campo('user_id_update', '{"user_id_update": {"user_id": {"previous": "BR.9", "current": "BR.10"}}}', agora(), '200000001');
select pg_temp.campo('user_id_update', '{"user_id_update": [{"user_id": {"previous": 9, "current": null}}, "x"]}', agora(), '200000001') as e \gset
select count(*) from webhook_apply(10);
select is(pg_temp.erro(:e), 'user_id.current: expected a user id', 'what is no id is told');
select is((select count(*) from clientes), 4::bigint, 'an id of nobody''s makes nobody');

-- another number
select pg_temp.nova('ana') as m \gset
select pg_temp.veio('wamid.s1', '{"from": "5511987650001", "type": "system", "system": {"type": "user_changed_number", "wa_id": "5521988880001", "body": "Ana mudou"}}', agora() - interval '10 seconds');
select count(*) from webhook_apply(10);
select is((select telefone from clientes where id = pg_temp.de('ana')), '+5521988880001', 'is written to under the new number');
select is((select destino from fila_ativa where id = :'m'), '+5521988880001', 'what waits too');
select is((select count(*) from mensagens_recebidas where wamid = 'wamid.s1'), 0::bigint, 'it is no message of theirs');
select pg_temp.veio('wamid.a3', '{"from": "5511987650001", "type": "text", "text": {"body": "antes"}}', agora() - interval '15 seconds');
select pg_temp.veio('wamid.n1', '{"from": "5511987650001", "type": "text", "text": {"body": "comprei este chip"}}', agora() - interval '5 seconds');
select pg_temp.veio('wamid.a4', '{"from": "5521988880001", "type": "text", "text": {"body": "sou eu"}}', agora() - interval '4 seconds');
select count(*) from webhook_apply(10);
select is(array[(pg_temp.quem('wamid.a3')).id, (pg_temp.quem('wamid.a4')).id], array[pg_temp.de('ana'), pg_temp.de('ana')], 'what she wrote before that comes late is hers');
select isnt((pg_temp.quem('wamid.n1')).id, pg_temp.de('ana'), 'whoever has the old number now is somebody else');
select is(array[(pg_temp.quem('wamid.n1')).telefone, (pg_temp.quem('wamid.n1')).marketing_permitido::text], '{+5511987650001,false}', 'with nothing of hers');
select pg_temp.veio('wamid.s1', '{"from": "5511987650001", "type": "system", "system": {"type": "user_changed_number", "wa_id": "5521988880001", "body": "Ana mudou"}}', agora() - interval '10 seconds');
select count(*) from webhook_apply(10);
select is((select telefone from clientes where id = (pg_temp.quem('wamid.n1')).id), '+5511987650001', 'told again it moves nobody');
select pg_temp.campo('user_id_update', '{"user_id_update": [{"wa_id": "5511987650001", "user_id": {"previous": "BR.3003", "current": "BR.3004"}, "timestamp": "1769900002"}]}', agora(), '200000001');
select count(*) from webhook_apply(10);
select is((select telefone from clientes where id = pg_temp.de('ana')), '+5521988880001', 'an id told with the number of before brings that back for nobody');
select pg_temp.veio('wamid.s2', '{"from": "5511987650002", "type": "system", "system": {"type": "user_changed_number", "new_wa_id": "553187650003"}}', agora());
select count(*) from webhook_apply(10);
select is((select telefone from clientes where id = pg_temp.de('bia')), '+5511987650002', 'a number that is another''s joins nobody');
select is((select count(*) from avisos where visto_em is null), 1::bigint, 'a person is asked');
select pg_temp.veio('wamid.s3', '{"from": "5511987650002", "type": "system", "system": {"type": "customer_identity_changed", "body": "x"}, "identity": {"hash": "h"}}', agora());
select pg_temp.veio('wamid.s4', '{"from_user_id": "BR.1001", "type": "system", "system": {"type": "user_changed_user_id", "user_id": "BR.1002"}}', agora());
select pg_temp.veio('wamid.s5', '{"from": "5511987650002", "type": "system", "system": {"type": "teleported"}}', agora()) as e \gset
select count(*) from webhook_apply(10);
select is((select count(*) from auditoria where action = 'identidade_aparelho' and alvo = 'cliente ' || pg_temp.de('bia')), 1::bigint, 'another phone in the hand is audited');
select is(pg_temp.nomes((pg_temp.quem('wamid.b1')).id), 'bsuid BR.1001 x, bsuid BR.1002, telefone +5511955554444, wa_id 5511955554444', 'another id, told in the conversation');
select matches(pg_temp.erro(:e), '^22023: system.type: ', 'what nobody knows is told');
select is((select count(*) from conversas where cliente_id = pg_temp.de('bia') and janela_24h_ate > agora() + interval '23 hours 59 minutes 55 seconds'), 0::bigint, 'WhatsApp itself opens no window');

-- edited, taken back
select pg_temp.veio('wamid.e1', '{"from": "5511987650002", "type": "text", "text": {"body": "as 10"}}', agora() - interval '9 seconds');
select pg_temp.veio('wamid.e2', '{"from": "5511987650002", "type": "edit", "edit": {"original_message_id": "wamid.e1", "message": {"type": "text", "text": {"body": "as 11"}}}}', agora() - interval '8 seconds');
select pg_temp.veio('wamid.e3', '{"from": "5511987650002", "type": "edit", "edit": {"original_message_id": "wamid.e0", "message": {"type": "image", "image": {"id": "1", "caption": "foto"}}}}', agora() - interval '8 seconds');
select count(*) from webhook_apply(10);
select is(array[conteudo, (editada_em is not null)::text], '{as 11,true}', 'the words change') from mensagens_recebidas where wamid = 'wamid.e1';
select pg_temp.veio('wamid.e0', '{"from": "5511987650002", "type": "image", "image": {"id": "1", "caption": "outra"}}', agora() - interval '9 seconds');
select pg_temp.veio('wamid.e4', '{"from": "5511987650002", "type": "edit", "edit": {"original_message_id": "wamid.e1", "message": {"type": "text", "text": {"body": "as 9"}}}}', agora() - interval '9 seconds');
select count(*) from webhook_apply(10);
select is(array[tipo, conteudo], '{image,foto}', 'also when the change comes first') from mensagens_recebidas where wamid = 'wamid.e0';
select is((select conteudo from mensagens_recebidas where wamid = 'wamid.e1'), 'as 11', 'an older change changes nothing');
select pg_temp.veio('wamid.r1', '{"from": "5511987650002", "type": "revoke", "revoke": {"original_message_id": "wamid.e1"}}');
select pg_temp.veio('wamid.r2', '{"from": "5511987650002", "type": "revoke", "revoke": {"original_message_id": "wamid.r0"}}');
select pg_temp.veio('wamid.r3', '{"from": "5511987650002", "type": "edit", "edit": {"original_message_id": "wamid.r9", "message": {"type": "edit"}}}') as e \gset
select count(*) from webhook_apply(10);
select is(array[conteudo, (apagada_em is not null)::text, (carga::text ~ 'as 1')::text], '{NULL,true,false}', 'what is taken back leaves no words') from mensagens_recebidas where wamid = 'wamid.e1';
select matches(pg_temp.erro(:e), '^22023: edit.message: ', 'an edit of an edit is none');
select pg_temp.veio('wamid.r0', '{"from": "5511987650002", "type": "text", "text": {"body": "apaguei"}}');
select count(*) from webhook_apply(10);
select is((select count(*) from mensagens_recebidas where wamid = 'wamid.r0'), 0::bigint, 'and is not kept when it comes late');

-- no window
select pg_temp.veio('wamid.g1', '{"from_user_id": "BR.7007", "group_id": "1203@g.us", "type": "text", "text": {"body": "no grupo"}}');
select pg_temp.veio('wamid.g2', '{"from": "5531987650003", "type": "reaction", "reaction": {"message_id": "wamid.x"}}');
select pg_temp.veio('wamid.g3', '{"from": "5531987650003", "type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}', agora() - interval '1 minute');
select count(*) from webhook_apply(10);
select is((select janela_24h_ate from conversas where cliente_id = (pg_temp.quem('wamid.g1')).id), null, 'a group opens none');
select is((select janela_24h_ate from conversas where cliente_id = pg_temp.de('caio')), agora() + interval '23 hours 59 minutes', 'a reaction does, taken back it does not');

-- every type is kept, with its caption or emoji
select pg_temp.veio('wamid.t' || n, jsonb_build_object('from', '5531987650003', 'type', t, t, v::jsonb))
from unnest(array['video', 'audio', 'document', 'sticker', 'location', 'contacts', 'order', 'unsupported', 'hologram'],
    array['{"id": "1", "caption": "olha"}', '{"id": "1", "voice": true}', '{"id": "1", "filename": "a.pdf", "caption": "exame"}', '{"id": "1"}',
        '{"latitude": -23.5, "longitude": -46.6}', '[]', '{}', '{"type": "poll"}', '7']) with ordinality as u (t, v, n);
select is(webhook_apply(20), 9, 'nine types');
select is((select string_agg(concat_ws(' ', tipo, conteudo), ', ' order by wamid) from mensagens_recebidas where wamid like 'wamid.t%'),
    'video olha, audio, document exame, sticker, location, contacts, order, unsupported, hologram', 'each kept');
select is((select count(*) from webhook_eventos where erro is not null and tipo = 'mensagem' and wamid like 'wamid.t%'), 0::bigint, 'none is an error');

-- metadata may be missing
insert into webhook_eventos (tipo, waba_id, wamid, ocorrido_em, corpo)
values ('mensagem', '100000001', 'wamid.n0', agora(), '{"message": {"from": "5531987650003", "type": "text", "text": {"body": "oi"}}}');
select count(*) from webhook_apply(10);
select is((pg_temp.quem('wamid.n0')).id, pg_temp.de('caio'), 'the only number of the account is meant');
select numero_salvar('200000002');
insert into webhook_eventos (tipo, waba_id, wamid, ocorrido_em, corpo)
values ('mensagem', '100000001', 'wamid.n2', agora(), '{"message": {"from": "5531987650003", "type": "text", "text": {"body": "oi"}}}') returning id as e \gset
select count(*) from webhook_apply(10);
select is(pg_temp.erro(:e), '22023: phone_number_id: not one of ours', 'of two nobody knows which');

select * from finish();
rollback;
