-- proativo_custom_campaign: a draft for an audience, its preview, and nothing that leaves by itself.
begin;
select plan(20);
\ir proativo_gente.sql
select dono_salvar('Lia Reis', '11 98765-1000') \g /dev/null
select dono_salvar('Rui Reis', '11 98765-2000') \g /dev/null
update clientes set tags = '{vip}' where id in (pg_temp.de('ana'), pg_temp.de('caio'), pg_temp.de('eva'));
update clientes set ultimo_contato_em = '2026-01-01 12:00-03' where id in (pg_temp.de('bia'), pg_temp.de('caio'), pg_temp.de('eva'), pg_temp.de('davi'));
update clientes set marketing_permitido = true where id <> pg_temp.de('davi');
insert into conversas (empresa_id, cliente_id, numero_id, janela_24h_ate)
select casa.id, pg_temp.de(q.quem), linha.id, agora() + interval '1 hour' from casa, linha, unnest('{ana,bia,caio,davi}'::text[]) q (quem);

select proativo_previa('custom_campaign', '{"targetAudience": "vip", "message": "Oi {nome}, surpresa!"}') ->> 'conteudo' as previa \gset
select is((select count(*) from campanhas) + (select count(*) from mensagens_proativas), 0::bigint, 'a preview leaves no draft');
select * from proativo_disparar('custom_campaign', '{"targetAudience": "vip", "message": "Oi {nome}, surpresa!"}', "ownerNumberId" => '11 98765-2000') \gset m_
select is(:'m_conteudo', replace(:'previa', 'Oi, Lia!', 'Oi, Rui!'), 'what it previewed');
select is(:'m_conteudo'::text, $$Oi, Rui!

📝 Rascunho pronto: “Campanha para clientes VIP – 20/03/2026”

👥 1 pessoa receberia se a campanha começasse agora.
Ficam de fora:
• 1 por pedido de não receber mensagens

✉️ Mensagem:
“Oi [nome], surpresa!”

Nada sai sem o seu sim: a campanha só começa quando alguém da equipe der o início. Posso seguir com ela?$$, 'what the owner reads');
select is(:'m_parametros'::text, '{Rui,1}', 'the figure of the short template');
select is(array[c.status, c.tipo, c.mensagem_template, c.filtro_tags::text, c.nome], array['rascunho', 'promocional', 'Oi {nome}, surpresa!', '{vip}', 'Campanha para clientes VIP – 20/03/2026'], 'a draft')
from campanhas c where c.id = :'m_campanha_id';
select is((select count(*) from fila_chores() c where c like 'campanha%'), 0::bigint, 'which no planner takes up');
select is(array[(metadata ->> 'targetAudience'), status, tipo], '{vip,pending,custom_campaign}', 'the message names what was asked for') from mensagens_proativas;

-- inactive: as the segment of that name
select proativo_disparar('custom_campaign', '{"targetAudience": "inactive", "campaignType": "followup"}', "ownerNumberId" => '11 98765-2000') \g /dev/null
select is(array[c.tipo, left(c.mensagem_template, 42), c.nome], array['followup', 'Oi, {nome}! Sentimos sua falta por aqui. 💛', 'Campanha para clientes sem contato há 30 dias – 20/03/2026'], 'a built-in message')
from campanhas c order by created_at desc, id desc limit 1;
select is(m.conteudo ~ E'\n👥 1 pessoa receberia .*\n• 1 por pedido de não receber mensagens\n• 1 por falta de consentimento para marketing\n\n', true, 'bia; not davi, nor caio; nobody of the owner''s own')
from mensagens_proativas m order by created_at desc, id desc limit 1;
-- all, when nothing is said
select proativo_disparar('custom_campaign', null, "ownerNumberId" => '11 98765-2000') \g /dev/null
select is(m.conteudo ~ E'“Campanha para todos os clientes – 20/03/2026”\n\n👥 2 pessoas receberiam se', true, 'everybody') from mensagens_proativas m order by created_at desc, id desc limit 1;
update conversas set janela_24h_ate = agora() - interval '1 hour';
select is(m ->> 'conteudo' ~ E'👥 Ninguém receberia se a campanha começasse agora\\.\nFicam de fora:\n• 2 fora da janela de 24 horas, sem um modelo aprovado\n• 1 por pedido de não receber mensagens\n• 1 por falta de consentimento para marketing\n', true, 'nobody')
from proativo_previa('custom_campaign') m;
select modelo_salvar('volta', 'Oi {nome}, volte!', situacao => 'aprovado') \g /dev/null
select is(m ->> 'conteudo' ~ E'👥 2 pessoas receberiam', true, 'with a template they are in') from proativo_previa('custom_campaign', '{"modelo": "volta"}') m;

select is((select count(*) from fila_ativa), 0::bigint, 'nothing has left');
select is((select count(*) from campanhas), 3::bigint, 'three drafts');
select ok(length(p ->> 'conteudo') < 4096, 'a message of any length is shown as far as it fits')
from proativo_previa('custom_campaign', jsonb_build_object('message', 'Oi {nome}! ' || repeat('novidade ', 440))) p;
select throws_like($$select proativo_disparar('custom_campaign', '{"targetAudience": "vips"}', "ownerNumberId" => '11 98765-2000')$$, 'targetAudience: %', 'an audience that there is not');
select throws_like($$select proativo_previa('custom_campaign', '{"message": "Oi {apelido}"}')$$, 'mensagem_template: unknown placeholder {apelido}', 'a placeholder that nobody has');
select throws_like($$select proativo_disparar('custom_campaign', '{"modelo": "x"}', "ownerNumberId" => '11 98765-2000')$$, 'modelo: %', 'a template that there is not');
select is((select count(*) from campanhas), 3::bigint, 'what is refused leaves no draft');
set local role carteiro_ops_leitura;
select isnt(proativo_previa('custom_campaign') ->> 'conteudo', null, 'who only looks may preview, for it is undone');
reset role;
select * from finish();
rollback;
