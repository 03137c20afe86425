-- proativo_run, proativo_disparar, proativo_previa: a message to an owner is written down once and
-- goes through the queue; its row says what became of it; its full text follows an answer, once.
begin;
select plan(48);
\ir proativo_gente.sql
create function pg_temp.anda(quanto interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + quanto $$;
-- manda: what waits is claimed, in the window (null) or outside it, and Meta accepts or refuses it
create function pg_temp.manda(fora boolean default true, desfecho text default 'aceita') returns integer language plpgsql
as $$
declare
    ids uuid[] := array(select id from fila_ativa where status = 'pendente' order by id);
    k integer := coalesce(cardinality(ids), 0);
begin
    if k > 0 then
        update fila_ativa f
        set status = 'processando', reserva_seq = f.reserva_seq + 1, reservada_por = 'teste', processando_desde = agora(),
            reserva_ate = agora() + interval '1 minute', fora_da_janela = fora
        where f.id = any (ids);
        perform fila_record('teste', 0, ids, array(select f.reserva_seq from fila_ativa f where f.id = any (ids) order by f.id),
            array_fill(manda.desfecho, array[k]), array_fill(null::text, array[k]), array_fill(null::integer, array[k]),
            array_fill(case when desfecho <> 'aceita' then 'não quis' end, array[k]),
            array(select 'wamid.' || i from unnest(ids) i), array_fill(null::text, array[k]),
            array_fill(null::text, array[k]), array_fill(0::bigint, array[k]));
    end if;
    while efeitos_apply(20) > 0 loop
    end loop;
    return k;
end
$$;
-- responde: the owner writes, quoting this message
create function pg_temp.responde(citada text default null, texto text default null) returns uuid language plpgsql
as $$
declare
    pessoa uuid := (select cliente_id from donos order by created_at limit 1);
    conversa uuid;
begin
    insert into conversas as cv (empresa_id, cliente_id, numero_id, janela_24h_ate)
    select casa.id, pessoa, linha.id, agora() + interval '1 day' from casa, linha
    on conflict (cliente_id, numero_id) where status = 'ativa' do update set janela_24h_ate = excluded.janela_24h_ate
    returning id into conversa;
    insert into mensagens_recebidas (empresa_id, cliente_id, conversa_id, numero_id, wamid, tipo, conteudo, resposta_a, recebida_em)
    select casa.id, pessoa, conversa, linha.id, 'wamid.dono' || gen_random_uuid(), 'button', texto, citada, agora() from casa, linha;
    return proativo_answered(pessoa, conversa, agora());
end
$$;
create function pg_temp.roda(tipo text, ocorrencia timestamptz) returns jsonb language sql
as $$ select proativo_run($1, casa.id, $2) from casa $$;
select fila_months(0), fila_days() \g /dev/null
select count(*) from regra_propor_modelos('Clínica A') \g /dev/null
update modelos set situacao = 'aprovado';

-- nobody, nothing
set client_min_messages = error;
select is(pg_temp.roda('daily_summary', '2026-03-20 18:00-03'), '{"mensagens": 0, "avisos": ["Clínica A: sem dono para receber: nada enviado"]}', 'a company without owner is passed over');
select is(array[id::text, tipo, erro_mensagem], '{NULL,daily_summary,"a empresa não tem dono para receber"}', 'by hand too') from proativo_disparar('daily_summary');
reset client_min_messages;
select is(proativo_previa('daily_summary') ->> 'aviso', 'nada a dizer agora', 'nothing to say');
select dono_salvar('Lia Reis', '11 98765-1000') \g /dev/null
select is(pg_temp.roda('daily_summary', '2026-03-20 18:00-03'), '{"mensagens": 0, "avisos": ["Clínica A: nada a dizer"]}', 'nothing to say is not said');
select is((proativo_disparar('daily_summary')).erro_mensagem, 'nada a dizer agora', 'by hand neither');
select is((select count(*) from mensagens_proativas) + (select count(*) from disparos), 0::bigint, 'nor written down');

-- once for each owner and occurrence
select pg_temp.visita('ana', '2026-03-20 09:00', 'realizado', 1200, 'Limpeza') \g /dev/null
select is(proativo_previa('daily_summary') ->> 'conteudo', E'Oi, Lia!\n\n' || pg_temp.diz('daily_summary'), 'what it would say');
select is((select count(*) from mensagens_proativas), 0::bigint, 'a preview writes nothing');
select is(pg_temp.roda('daily_summary', '2026-03-20 18:00-03'), '{"mensagens": 1, "avisos": []}', 'a message');
select is(pg_temp.roda('daily_summary', '2026-03-20 18:00-03'), '{"mensagens": 0, "avisos": []}', 'once');
select dono_salvar('Rui Reis', '11 98765-2000', '{daily_summary}') \g /dev/null
select is(pg_temp.roda('daily_summary', '2026-03-20 18:00-03') ->> 'mensagens', '1', 'a second owner gets their own');
select is(pg_temp.roda('birthdays', '2026-03-20 09:00-03') -> 'avisos', '["Clínica A: nada a dizer"]', 'of another type nothing');
select is(array_agg(array[m.status, d.nome, m.parametros::text, left(m.conteudo, 8)] order by d.nome),
    '{{pending,"Lia Reis","{Lia,1,\"R$ 1.200,00\",0}","Oi, Lia!"},{pending,"Rui Reis","{Rui,1,\"R$ 1.200,00\",0}","Oi, Rui!"}}', 'written down')
from mensagens_proativas m join donos d on d.id = m.dono_id;
select is(array[organization_id::text, owner_number_id::text, message_type, content, status, sent_at::text, error_message, (scheduled_for = agora())::text],
    array[casa.id::text, d.id::text, 'daily_summary', E'Oi, Rui!\n\n' || pg_temp.diz('daily_summary'), 'pending', null, null, 'true'], 'the view')
from casa, aurora_proactive_messages v join donos d on d.id = v.owner_number_id where d.nome = 'Rui Reis';
select is(dono_remover('11 98765-2000') is not null, true, 'one owner from here');

-- the queue
select is(disparos_enqueue(10), 1, 'due at once');
select is(array[f.tipo, f.origem, f.prioridade::text, f.formato, f.conteudo, f.parametros::text, mo.nome, x.taxa::numeric(5, 4)::text, f.destino, f.max_tentativas::text,
        to_char(f.valido_ate at time zone 'America/Sao_Paulo', 'DD HH24:MI')],
    array['proativa', 'proativa', '5', 'texto', m.conteudo, '["Lia", "1", "R$ 1.200,00", "0"]', 'carteiro_daily_summary', '0.3333', '+5511987651000', '3', '21 06:00'],
    'text and template, twenty a minute, three tries')
from fila_ativa f join mensagens_proativas m on m.status = 'pending' join modelos mo on mo.id = f.modelo_id join faixas x on x.id = f.faixa;
select is(pg_temp.responde(), null, 'before it left an answer brings nothing');
select pg_temp.anda('1 minute');
select pg_temp.manda() \g /dev/null
select is(array[m.status, (m.enviada_em = agora())::text, m.erro_mensagem, (f.status = 'enviada')::text], '{sent,true,NULL,true}', 'sent, with its time')
from mensagens_proativas m left join fila_mensagens f on f.id = m.mensagem_id where m.tipo = 'daily_summary' and m.status <> 'failed';

-- the full text follows, once
select is((select count(*) from fila_ativa), 0::bigint, 'no details by themselves');
select pg_temp.anda('1 minute');
select is(pg_temp.responde(null, 'SAIR'), null, 'not to one who wants no messages');
select pg_temp.anda('1 second');
select is(pg_temp.responde() is null, false, 'the owner answers');
select is(array[f.tipo, f.conteudo, f.prioridade::text, f.origem, (f.origem_id = m.id::text)::text, (m.detalhes_em = agora())::text, f.formato],
    array['resposta', E'Oi, Lia!\n\n' || pg_temp.diz('daily_summary'), '9', 'proativa', 'true', 'true', 'texto'], 'the full text goes')
from fila_ativa f, mensagens_proativas m where m.status = 'sent';
select is(pg_temp.responde(), null, 'once');
select pg_temp.manda(false) \g /dev/null
select is((select array_agg(status) from mensagens_proativas where status <> 'failed'), '{sent}', 'its own sending changes nothing');

-- inside the window the text has gone
select pg_temp.anda('1 minute');
select is((proativo_disparar('daily_summary', "organizationId" => 'Clínica A', "ownerNumberId" => '11 98765-1000')).status, 'pending', 'by hand');
select disparos_enqueue(10) \g /dev/null
select pg_temp.manda(false) \g /dev/null
select is((select count(*) from mensagens_proativas where status = 'sent'), 2::bigint, 'as often as one wants');
select is(pg_temp.responde(), null, 'the full text was there: no details');

-- two templates: the button says which; without a quote the last; not for ever
select pg_temp.anda('1 hour');
select (proativo_disparar('daily_summary')).id as primeira \gset
select disparos_enqueue(10) \g /dev/null
select pg_temp.manda() \g /dev/null
select pg_temp.anda('1 minute');
select (proativo_disparar('daily_summary')).id as segunda \gset
select disparos_enqueue(10) \g /dev/null
select pg_temp.manda() \g /dev/null
select pg_temp.anda('1 minute');
select is(pg_temp.responde((select 'wamid.' || mensagem_id from mensagens_proativas where id = :'primeira')) is null, false, 'one that is quoted');
select is(array(select detalhes_em is not null from mensagens_proativas where id in (:'primeira', :'segunda') order by created_at), '{t,f}', 'goes before the last');
select is(pg_temp.responde((select 'wamid.' || mensagem_id from mensagens_proativas where id = :'primeira')), null, 'a second tap brings nothing, of the other neither');
select pg_temp.anda('4 days');
select is(pg_temp.responde(), null, 'days later a word is not an answer to it');
select is(pg_temp.responde((select 'wamid.' || mensagem_id from mensagens_proativas where id = :'segunda')) is null, false, 'the button is');
select pg_temp.manda(false) \g /dev/null

-- what does not arrive says why
select pg_temp.visita('ana', '2026-03-24 09:00', 'realizado', 100, 'Limpeza') \g /dev/null
create function pg_temp.falha() returns text language sql
as $$ select concat_ws(': ', status, erro_mensagem) from mensagens_proativas order by created_at desc, id desc limit 1 $$;
select proativo_disparar('daily_summary') \g /dev/null
select disparos_enqueue(10) \g /dev/null
select pg_temp.manda(desfecho => 'recusada') \g /dev/null
select is(pg_temp.falha(), 'failed: não quis', 'refused');
select pg_temp.anda('1 second');
select proativo_disparar('daily_summary') \g /dev/null
select disparos_enqueue(10) \g /dev/null
select fila_pausar('token vencido', conta => '100000001') \g /dev/null
select pg_temp.anda('13 hours');
select fila_expire(10) \g /dev/null
select pg_temp.manda() \g /dev/null
select is(pg_temp.falha(), 'failed: não saiu a tempo: conta em pausa: token vencido', 'the account was down until it was too late');
select fila_retomar(conta => '100000001') \g /dev/null
update conversas set janela_24h_ate = agora();
select pg_temp.visita('ana', '2026-03-25 08:00', 'realizado', 100, 'Limpeza') \g /dev/null
delete from disparos;
delete from modelos where nome = 'carteiro_daily_summary' and not exists (select 1 from fila_ativa f where f.modelo_id = modelos.id);
select proativo_disparar('daily_summary') \g /dev/null
select disparos_enqueue(10) \g /dev/null
select is(pg_temp.falha(), 'failed: fora da janela de 24 horas, e a conta não tem o modelo aprovado', 'no template');
select supressao_incluir('11 98765-1000', 'pediu') \g /dev/null
select pg_temp.anda('1 second');
select proativo_disparar('daily_summary') \g /dev/null
select disparos_enqueue(10) \g /dev/null
select is(pg_temp.falha(), 'failed: o dono pediu para não receber mensagens', 'an owner who opted out');

-- too late, switched off, wrong
select is(pg_temp.roda('daily_summary', agora() - interval '25 hours') ->> 'avisos', '["Clínica A: passou da hora: nada enviado"]', 'a summary of the day before yesterday is none');
select pg_temp.abre('{1,2,3,4,5,6,7}');
update relogio set deslocamento = timestamptz '2026-03-26 00:30-03' - now();
select is(pg_temp.roda('low_occupancy', '2026-03-25 17:00-03') ->> 'avisos', '["Clínica A: passou da hora: nada enviado"]', 'what speaks of tomorrow ends with the day');
update relogio set deslocamento = timestamptz '2026-03-25 23:00-03' - now();
select is(pg_temp.roda('low_occupancy', '2026-03-25 17:00-03') ->> 'mensagens', '1', 'until then it is said');
select is((select valido_ate from disparos order by id desc limit 1), '2026-03-26 00:00-03', 'and not sent later');
update regras_followup set ativa = false where nome = 'birthdays';
select is(pg_temp.roda('birthdays', agora()) ->> 'avisos', '["Clínica A: regra desativada"]', 'switched off');
select throws_like($$select proativo_disparar('birthdays')$$, 'type: the company has switched birthdays off', 'by hand too');
select throws_like($$select proativo_run('custom_campaign', null, agora())$$, 'tipo: %', 'a campaign is made by hand');
select throws_like($$select proativo_disparar('birthday')$$, 'type: expected daily_summary, %found "birthday"', 'a type that there is not');
select throws_like($$select proativo_disparar('daily_summary', "ownerNumberId" => 'x')$$, 'ownerNumberId: %', 'nobody');
select throws_like($$select proativo_disparar('daily_summary', '[]')$$, 'data: %', 'data is an object');
select dono_salvar('Rui Reis', '11 98765-2000') \g /dev/null
select throws_like($$select proativo_disparar('daily_summary')$$, 'ownerNumberId: the company has 2 owners%', 'which of two');

select * from finish();
rollback;
