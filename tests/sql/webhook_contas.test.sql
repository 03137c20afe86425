-- webhook_apply: what Meta says of templates, numbers, accounts and portfolios, and errors that name no message.
begin;
select plan(72);
\ir fila_gente.sql
\ir webhook_gente.sql
select modelo_salvar('aviso', 'Olá, {nome}, tudo bem?', situacao => 'enviado', idioma => 'en_US');
select date_trunc('second', agora()) as hoje, (select m.id from modelos m where m.nome = 'oi_nome') as oi \gset
create function pg_temp.modelo(nome text) returns modelos language sql
as $$ select m from modelos m where m.nome = $1 $$;
create function pg_temp.sobre(tipo text, nome text, mais jsonb, em timestamptz default agora(), id bigint default 777) returns bigint language sql
as $$
    select pg_temp.campo($1, jsonb_build_object('message_template_id', $5, 'message_template_name', $2,
        'message_template_language', case $2 when 'aviso' then 'en-US' else 'pt_BR' end) || $3, $4)
$$;
create function pg_temp.aplica() returns integer language sql as $$ select webhook_apply(100) $$;
create function pg_temp.pausa(text) returns text language sql
as $$ select concat_ws(' ', p.escopo, p.automatica::text, coalesce(p.ate::text, 'sem fim')) from pausas p where p.escopo = $1 $$;

-- approved, paused, lifted
select pg_temp.sobre('message_template_status_update', 'aviso', '{"event": "APPROVED", "reason": "NONE"}', :'hoje'::timestamptz - interval '10 hours');
select is(pg_temp.aplica(), 1, 'a template is approved');
select is(array[(pg_temp.modelo('aviso')).situacao, (pg_temp.modelo('aviso')).meta_id], '{aprovado,777}', 'known by name and language, however written; Meta''s id is learnt');
select pg_temp.nova('ana', 'Oi', :oi) as m \gset
select pg_temp.sobre('message_template_status_update', 'oi_nome', '{"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE", "description": "low quality"}}', :'hoje'::timestamptz - interval '9 hours', 778) as e \gset
select pg_temp.aplica();
select is(pg_temp.erro(:e), null, 'a pause');
select is(array[(pg_temp.modelo('oi_nome')).situacao, (pg_temp.modelo('oi_nome')).situacao_motivo], array['pausado', 'PAUSED: FIRST_PAUSE: low quality'], 'is its situacao, with why');
select is(pg_temp.pausa('modelo'), 'modelo true sem fim', 'and a pause that people see');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'its messages wait');
select matches((select espera_motivo from fila_ativa where id = :'m'), 'oi_nome', 'with the reason');
select matches((select motivo from fila_explicar(:'m')), 'FIRST_PAUSE|pausado', 'which can be asked for');
select is((select count(*) from avisos where tipo = 'modelo'), 1::bigint, 'and somebody is told');
select pg_temp.sobre('message_template_status_update', 'oi_nome', '{"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE", "description": "low quality"}}', :'hoje'::timestamptz - interval '9 hours', 778);
select pg_temp.sobre('message_template_status_update', 'oi_nome', '{"event": "PAUSED", "other_info": {"title": "UNPAUSE"}}', :'hoje'::timestamptz - interval '6 hours', 778);
select pg_temp.aplica();
select is((pg_temp.modelo('oi_nome')).situacao, 'aprovado', 'UNPAUSE ends it');
select is((pg_temp.modelo('oi_nome')).situacao_motivo, null, 'without a reason left');
select is(pg_temp.pausa('modelo'), null, 'the pause too');
select pg_temp.sobre('message_template_status_update', 'oi_nome', '{"event": "PAUSED", "reason": "NONE", "other_info": {"title": "FIRST_PAUSE", "description": "low quality"}}', :'hoje'::timestamptz - interval '9 hours', 778);
select pg_temp.sobre('message_template_status_update', 'oi_nome', '{"event": "DISABLED", "reason": null}', :'hoje'::timestamptz - interval '8 hours', 778) as e \gset
select pg_temp.aplica();
select is((pg_temp.modelo('oi_nome')).situacao, 'aprovado', 'what is older or told again changes nothing');
select is(pg_temp.erro(:e), 'mais antigo do que o já sabido', 'and says so');
update fila_ativa set agendar_para = agora() where id = :'m';
select is((select count(*) from pg_temp.pega()), 1::bigint, 'its messages go');
select is((select count(*) from auditoria where action = 'modelo_situacao'), 3::bigint, 'audited');

-- each event
create temp table evento as
select e.event, e.situacao, row_number() over () as n from (values ('REJECTED', 'rejeitado'), ('REINSTATED', 'aprovado'), ('DISABLED', 'desativado'), ('APPROVED', 'aprovado'), ('PENDING', 'enviado'), ('IN_APPEAL', 'enviado'),
    ('PENDING_DELETION', 'desativado'), ('DELETED', 'desativado'), ('ARCHIVED', 'desativado'), ('UNARCHIVED', 'aprovado'), ('FLAGGED', 'aprovado'), ('LOCKED', 'aprovado'),
    ('LIMIT_EXCEEDED', 'rejeitado'), ('HOLOGRAM', 'rejeitado')) e (event, situacao);
create function pg_temp.passa(e evento) returns text language plpgsql as $$
begin
    perform pg_temp.sobre('message_template_status_update', 'aviso', jsonb_build_object('event', e.event), agora() - interval '5 hours' + e.n * interval '1 minute');
    perform webhook_apply(10);
    return (pg_temp.modelo('aviso')).situacao;
end $$;
select is(pg_temp.passa(e), e.situacao, e.event) from evento e order by e.n;
select is((select count(*) from avisos where texto like '%HOLOGRAM%'), 1::bigint, 'of an event that nobody knows somebody is told');
select is(modelo_sincronizar('100000001', 'aviso', 'en_US', 'APPROVED', '777'), true, 'asked for');
select is(pg_temp.pausa('modelo'), null, 'it ends the pause too');
select pg_temp.sobre('message_template_status_update', 'aviso', '{"event": "PAUSED"}', :'hoje'::timestamptz - interval '1 minute');
select pg_temp.aplica();
select is((pg_temp.modelo('aviso')).situacao, 'aprovado', 'and an older webhook does not count');

-- quality and category
select pg_temp.sobre('message_template_quality_update', 'oi_nome', '{"previous_quality_score": "GREEN", "new_quality_score": "YELLOW"}', :'hoje', 778);
select pg_temp.sobre('message_template_quality_update', 'oi_nome', '{"new_quality_score": "GREEN"}', :'hoje'::timestamptz - interval '1 hour', 778);
select pg_temp.sobre('message_template_quality_update', 'oi_nome', '{"new_quality_score": 7}', :'hoje', 778) as e \gset
select pg_temp.sobre('template_category_update', 'oi_nome', '{"new_category": "UTILITY", "correct_category": "MARKETING", "category_update_timestamp": 1788220800}', :'hoje'::timestamptz - interval '2 days', 778);
select pg_temp.aplica();
select is((pg_temp.modelo('oi_nome')).qualidade, 'YELLOW', 'what people make of it');
select is((select count(*) from avisos where texto like '%qualidade%'), 1::bigint, 'somebody is told');
select matches(pg_temp.erro(:e), '^22023: new_quality_score: ', 'a score that is none');
select is(array[(pg_temp.modelo('oi_nome')).categoria, (pg_temp.modelo('oi_nome')).categoria_prevista, ((pg_temp.modelo('oi_nome')).categoria_prevista_para = to_timestamp(1788220800))::text], '{utility,marketing,true}', 'a category that is announced');
select pg_temp.sobre('template_category_update', 'oi_nome', '{"previous_category": "UTILITY", "new_category": "MARKETING"}', :'hoje', 778);
select pg_temp.sobre('template_category_update', 'oi_nome', '{"new_category": "SPAM"}', :'hoje', 778) as e \gset
select pg_temp.aplica();
select is(array[(pg_temp.modelo('oi_nome')).categoria, (pg_temp.modelo('oi_nome')).categoria_prevista], '{marketing,NULL}', 'and done');
select matches(pg_temp.erro(:e), '^22023: new_category: ', 'one that is none');
select pg_temp.sobre('message_template_status_update', 'alheio', '{"event": "PAUSED"}', id => 1) as e1, pg_temp.campo('message_template_status_update', '{"event": "PAUSED"}', waba => '999') as e2,
    pg_temp.campo('message_template_status_update', '{}') as e3, pg_temp.campo('template_category_update', '7') as e4 \gset
select pg_temp.aplica();
select is(array[pg_temp.erro(:e1), pg_temp.erro(:e2), left(pg_temp.erro(:e3), 13), left(pg_temp.erro(:e4), 20)], '{modelo desconhecido,22023: waba_id: not an account of ours,22023: event:,22023: new_category:}', 'what we cannot place says why');

-- numbers
select pg_temp.campo('phone_number_quality_update', '{"display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}', :'hoje'::timestamptz - interval '1 hour');
select pg_temp.aplica();
select is(array[n.taxa::text, n.qualidade, n.qualidade_limite, n.telefone], '{1000,THROUGHPUT_UPGRADE,TIER_UNLIMITED,+15550783881}', 'the only number of the account may send 1,000 a second') from numeros n;
select pg_temp.campo('phone_number_quality_update', '{"display_phone_number": "+1 555-078-3881", "event": "FLAGGED", "current_limit": "TIER_1K"}', :'hoje'::timestamptz - interval '30 minutes');
select pg_temp.campo('phone_number_quality_update', '{"display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED"}', :'hoje'::timestamptz - interval '1 hour');
select pg_temp.campo('phone_number_quality_update', '{"display_phone_number": "5511900000000", "event": "FLAGGED"}', :'hoje') as e \gset
select pg_temp.aplica();
select is(array[n.taxa::text, n.qualidade, n.qualidade_limite], '{1000,FLAGGED,TIER_1K}', 'flagged, its rate stays') from numeros n;
select is((select alcance_limite from portfolios), 1000, 'the limit is the portfolio''s reach');
select is(pg_temp.erro(:e), 'display_phone_number: nenhum número desta conta', 'another''s number');
update numeros set taxa = 0.5;
select pg_temp.campo('phone_number_quality_update', '{"display_phone_number": "15550783881", "event": "THROUGHPUT_UPGRADE"}', :'hoje');
select pg_temp.aplica();
select is((select taxa from numeros), 0.5::double precision, 'whoever made it slower is asked');
select is((select count(*) from avisos where tipo = 'numero'), 2::bigint, 'by a notice');

-- portfolio
select pg_temp.campo('business_capability_update', '{"max_daily_conversations_per_business": 2000, "max_phone_numbers_per_waba": 25}', :'hoje'::timestamptz, waba => '524126980791429');
select pg_temp.aplica();
select is(array[p.alcance_limite::text, p.identificador], '{2000,524126980791429}', 'the only portfolio learns its limit and name') from portfolios p;
create function pg_temp.alcance(limite jsonb, n integer) returns text language plpgsql as $$
declare e bigint := pg_temp.campo('business_capability_update', jsonb_build_object('max_daily_conversations_per_business', limite), agora() + n * interval '1 second', waba => '524126980791429');
begin
    perform set_config('carteiro.x', '', true); update relogio set deslocamento = make_interval(secs => n); insert into relogio (deslocamento) values (make_interval(secs => n)) on conflict do nothing;
    perform webhook_apply(10);
    return coalesce(pg_temp.erro(e), (select coalesce(p.alcance_limite::text, 'sem limite') from portfolios p));
end $$;
select is(array[pg_temp.alcance('"TIER_10K"', 1), pg_temp.alcance('-1', 2), pg_temp.alcance('"TIER_250"', 3), pg_temp.alcance('"TIER_UNLIMITED"', 4), pg_temp.alcance('"500"', 5)], '{10000,"sem limite",250,"sem limite",500}', 'as a tier, a number, a text');
select is((select count(*) from unnest(array['"TIER_NOT_SET"', '0', '1e30', '{}', 'null', '"x"']) with ordinality u (v, n) where pg_temp.alcance(u.v::jsonb, 10 + u.n::integer) like '22023: max_daily%'), 6::bigint, 'and what is none of these');
select is((select alcance_limite from portfolios), 500, 'changes nothing');
delete from relogio;

-- accounts
create function pg_temp.conta(mais jsonb, em timestamptz) returns text language plpgsql as $$
declare e bigint := pg_temp.campo('account_update', mais, em);
begin
    perform webhook_apply(10);
    return concat_ws(' | ', pg_temp.erro(e), (select c.situacao from contas c), pg_temp.pausa('conta'));
end $$;
select is(pg_temp.conta('{"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SCAM"}}', :'hoje'::timestamptz - interval '50 minutes'), 'avisada', 'a violation warns');
select is(pg_temp.conta(format('{"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": %s}, {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}]}',
    extract(epoch from :'hoje'::timestamptz)::bigint + 86400)::jsonb, :'hoje'::timestamptz - interval '40 minutes'), 'restrita | conta true ' || (:'hoje'::timestamptz + interval '1 day')::text, 'a restriction pauses the account until its end');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'nothing leaves');
select is(pg_temp.conta('{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}', :'hoje'::timestamptz - interval '45 minutes'), 'mais antigo do que o já sabido | restrita | conta true ' || (:'hoje'::timestamptz + interval '1 day')::text, 'what is older lifts nothing');
select is(pg_temp.conta('{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE", "waba_ban_date": "April 17, 2025"}}', :'hoje'::timestamptz - interval '30 minutes'), 'desativada | conta true sem fim', 'disabled: until Meta says otherwise');
select is(pg_temp.conta('{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "SCHEDULE_FOR_DISABLE"}}', :'hoje'::timestamptz - interval '29 minutes'), 'desativada | conta true sem fim', 'a warning hides nothing');
select is(pg_temp.conta('{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}', :'hoje'::timestamptz - interval '20 minutes'), 'ativa', 'reinstated');
select is(pg_temp.conta('{"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"restriction_type": "RESTRICTED_CUSTOMER_INITIATED_MESSAGING", "expiration": "1641330498"}]}', :'hoje'::timestamptz - interval '10 minutes'), 'restrita', 'one that is over holds nothing');
select is(pg_temp.conta('{"event": "VOLUME_BASED_PRICING_TIER_UPDATE"}', :'hoje'), 'restrita', 'prices change nothing');
select fila_pausar('manutenção', conta => '100000001');
select is(pg_temp.conta('{"event": "ACCOUNT_DELETED"}', :'hoje'), 'excluida | conta false sem fim', 'a person''s pause stands');
select is(pg_temp.conta('{"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}', :'hoje'), 'ativa | conta false sem fim', 'and is lifted by no webhook');
select pg_temp.campo('account_alerts', '{"entity_type": "PHONE_NUMBER", "alert_info": {"alert_severity": "CRITICAL", "alert_status": "ACTIVE", "alert_type": "OBA_APPROVED", "alert_description": "x"}}') from generate_series(1, 2);
select pg_temp.aplica();
select is((select count(*) from avisos where texto like '%OBA_APPROVED%CRITICAL%'), 1::bigint, 'an alert is for somebody to look at, once');

-- errors without a message
delete from pausas;
create function pg_temp.erro_de(codigo integer) returns text language plpgsql as $$
declare e bigint := pg_temp.campo('erro', jsonb_build_object('code', codigo), null, '200000001', codigo => codigo);
begin
    perform webhook_apply(10);
    return concat_ws(' | ', pg_temp.erro(e), (select n.taxa_fator || ' ' || c.taxa_fator from numeros n, contas c), pg_temp.pausa('numero'), pg_temp.pausa('conta'));
end $$;
select is(pg_temp.erro_de(130429), '0.7 1', 'throttled: the number is slowed');
select is(pg_temp.erro_de(130429), '0.7 1', 'the same twice is one');
select is(pg_temp.erro_de(80007), '0.7 0.7', 'the account''s own limit');
select is(pg_temp.erro_de(131052), '0.7 0.7', 'somebody''s medium slows nothing');
select is(split_part(pg_temp.erro_de(131048), ' true', 1), '0.7 0.7 | numero', 'spam stops the number');
select is(split_part(pg_temp.erro_de(131031), '| conta true', 2) <> '', true, 'a locked account stops');
select is(array_length(array(select pg_temp.erro_de(null)), 1), 1, 'no code at all');
select is((select count(*) from webhook_eventos where erro like '4%' or erro like 'XX%'), 0::bigint, 'nothing broke');
select pg_temp.campo('erro', '{}', null, (select string_agg(md5(n::text), '') from generate_series(1, 300) n), codigo => 130429);
select is(pg_temp.aplica(), 1, 'a number that no index holds stops nothing');
select * from finish();
rollback;
