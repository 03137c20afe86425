-- fila_pause_auto, fila_probe_passed: Meta stops a number, an account or a template; one pause for
-- all who say so, twice as long for each probe that failed, gone with the one that passed.
begin;
select plan(47);
\ir fila_gente.sql
insert into relogio (deslocamento) values ('0');
create function pg_temp.depois(interval) returns void language sql
as $$ update relogio set deslocamento = deslocamento + $1 $$;
create function pg_temp.falta(timestamptz) returns text language sql as $$ select coalesce(($1 - agora())::text, 'nada') $$;
create function pg_temp.pausa(escopo text) returns pausas language sql as $$ select p from pausas p where p.escopo = $1 $$;
create function pg_temp.audit(text) returns bigint language sql as $$ select count(*) from auditoria u where u.action = $1 $$;
select pg_temp.janela('ana');
select m.id as modelo from modelos m \gset
select pg_temp.nova('ana') as a \gset
select pg_temp.nova('ana', modelo => :modelo) as b \gset

-- the first: a minute, and one line of auditoria
set local role carteiro_sender;
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131045, 'cadastro do número com defeito')), '00:01:00', 'a minute at first');
select is(pg_temp.falta(fila_pause_auto(:'b', 'numero', 131045, 'x')), '00:01:00', 'told by another sender: the same pause');
reset role;
select is((select array[p.motivo, p.vezes::text, p.automatica::text, p.codigo::text, (p.numero_id = linha.id)::text] from pg_temp.pausa('numero') p, linha),
    '{cadastro do número com defeito (código 131045),0,true,131045,true}', 'with reason and code');
select is(pg_temp.audit('fila_pausa_automatica'), 1::bigint, 'in auditoria once');
select is((select array[u.alvo, u.payload ->> 'codigo', (u.empresa_id = casa.id)::text] from auditoria u, casa where u.action = 'fila_pausa_automatica'),
    array['numero ' || (select id from linha), '131045', 'true'], 'with its number and company');
select is((select count(*) from pg_temp.pega()), 0::bigint, 'nothing is claimed');
select is(fila_probe_passed(:'a'), false, 'what was sent before does not end it');

-- probes that fail
select pg_temp.depois('60 s');
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131045, 'x')), '00:02:00', 'the probe failed: twice as long');
select is(pg_temp.falta(fila_pause_auto(:'b', 'numero', 131045, 'x')), '00:02:00', 'once, whoever says so');
select is((select (p.vezes, pg_temp.falta(p.desde), p.sonda_ate is null)::text from pg_temp.pausa('numero') p), '(1,-00:01:00,t)', 'counted; since when it lasts stays');
create function pg_temp.vezes(n integer, codigo integer) returns interval language plpgsql
as $$
declare
    fim timestamptz;
    m uuid;
begin
    select f.id into m from fila_ativa f limit 1;
    for i in 1 .. n loop
        perform pg_temp.depois((select p.ate - agora() from pausas p where p.escopo = 'numero'));
        fim := fila_pause_auto(m, 'numero', codigo, 'x');
    end loop;
    return fim - agora();
end
$$;
select is(pg_temp.vezes(1, 131045), '4 min'::interval, 'and again');
select is(pg_temp.vezes(20, 131045), '1 h'::interval, 'an hour at most');
select is(pg_temp.audit('fila_pausa_automatica'), 1::bigint, 'it is one pause still');

-- the one that passes
select pg_temp.depois('1 h');
set local role carteiro_sender;
select is(fila_probe_passed(:'a'), true, 'accepted: over');
select is(fila_probe_passed(:'a'), false, 'once');
reset role;
select is((select count(*) from pausas), 0::bigint, 'gone');
select is((select array[u.payload ->> 'vezes', u.payload ->> 'motivo'] from auditoria u where u.action = 'fila_pausa_encerrada'),
    '{22,x (código 131045)}', 'in auditoria, with how often it was tried');
select is((select count(*) from pg_temp.pega(1)), 1::bigint, 'messages are claimed again');
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131045, null)), '00:01:00', 'the next outage begins anew; also for what is being sent');

delete from pausas;
select fila_pause_auto(:'a', 'conta', 190, null), fila_pause_auto(:'a', 'numero', 123, null) \g /dev/null
select is((select p.motivo from pg_temp.pausa('conta') p), 'token vencido ou inválido (código 190)', 'a reason people know, when the sender gives none');
select is((select p.motivo from pg_temp.pausa('numero') p), 'erro 123 da Meta', 'a code that nobody knows by its number');
delete from pausas;
select fila_pause_auto(:'a', 'numero', 131045, null) \g /dev/null

-- measures that last
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131048, '')), '01:00:00', 'a graver code makes it longer');
select is((select p.motivo from pg_temp.pausa('numero') p), 'número limitado pela Meta por denúncias ou bloqueios (código 131048)', 'a reason people know, when none is given');
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131045, 'x')), '01:00:00', 'a lesser one not shorter');
select is(pg_temp.vezes(1, 131048), '2 h'::interval, 'twice as long');
select is(pg_temp.vezes(9, 131048), '1 day'::interval, 'a day at most');
select is((select string_agg(c || ' ' || fila_pause_base(c), ', ') from unnest('{368,131031,131064,190,null}'::integer[]) c),
    '368 01:00:00, 131031 01:00:00, 131064 01:00:00, 190 00:01:00', 'which ones last');

-- people's pauses
delete from pausas;
select fila_pausar('obra', numero => '200000001') \g /dev/null
select is(fila_pause_auto(:'a', 'numero', 131048, 'x'), 'infinity', 'a person''s pause is not touched');
select is((select array[p.motivo, p.ate::text, p.automatica::text] from pg_temp.pausa('numero') p), '{obra,NULL,false}', 'not a bit');
select fila_pausar('obra', agora() + interval '1 min', numero => '200000001') \g /dev/null
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131048, 'x')), '00:01:00', 'nor one with an end, while it lasts');
select pg_temp.depois('1 min');
select is(fila_probe_passed(:'a'), false, 'nor is it ended by a message');
select is(pg_temp.falta(fila_pause_auto(:'a', 'numero', 131045, 'x')), '00:01:00', 'one that is over is replaced');
select is((select (p.automatica, p.vezes, pg_temp.falta(p.desde))::text from pg_temp.pausa('numero') p), '(t,0,00:00:00)', 'as a new one');
select is(fila_pausar('obra', numero => '200000001') is null, false, 'a person''s pause takes an automatic one''s place');
select is((select array[p.motivo, p.automatica::text, p.codigo::text, p.vezes::text] from pg_temp.pausa('numero') p), '{obra,false,NULL,0}', 'whole');
select fila_retomar(numero => '200000001') \g /dev/null
select fila_pause_auto(:'a', 'numero', 131045, 'x') \g /dev/null
select is(array[fila_retomar(numero => '200000001'), fila_retomar(numero => '200000001')], '{t,f}', 'retomar lifts an automatic one');

-- account and template; the template's pause is tried by what goes as the template
select is(pg_temp.falta(fila_pause_auto(:'b', 'conta', 190, 'token vencido')), '00:01:00', 'an account');
select is(pg_temp.falta(fila_pause_auto(:'b', 'modelo', 132015, 'modelo pausado')), '00:01:00', 'a template');
select is(fila_pause_auto(:'a', 'modelo', 132015, 'x'), null, 'of a message without one: nothing to pause');
select pg_temp.depois('1 min');
select is(fila_probe_passed(:'b'), true, 'a text that was accepted');
select is((select string_agg(p.escopo, ' ') from pausas p), 'modelo', 'says nothing of its template');
update fila_ativa set fora_da_janela = true where id = :'b';
select is(fila_probe_passed(:'b'), true, 'the template that was accepted does');

-- no probe helps a template that Meta will not have
select is(fila_pause_auto(:'b', 'modelo', 132007, 'x'), 'infinity', 'against the rules');
select is((select m.situacao from modelos m), 'pausado', 'its situacao');
select fila_pause_auto(:'b', 'modelo', 132016, 'x') \g /dev/null
select is((select m.situacao || ' ' || pg_temp.audit('modelo_recusado') || ' ' || (select count(*) from pausas) from modelos m), 'desativado 2 0', 'disabled; each in auditoria, no pause');

select is(fila_pause_auto(gen_random_uuid(), 'numero', 1, 'x'), null, 'of a message that is not there: nothing');
select throws_like($$select fila_pause_auto(gen_random_uuid(), 'tudo', 1, 'x')$$, 'escopo: %', 'everything is not paused by a machine');
select * from finish();
rollback;
