-- Which message of ours a person's one answers: quoted, else the last that asked.
begin;
select plan(8);
insert into relogio (deslocamento) values ('2027-03-01 10:00-03'::timestamptz - now());
select fila_days();
\ir regra_pessoas.sql
\ir resposta_gente.sql
create temp table c as select (campanha_criar('C', 'promocional', 'Oi {nome}', empresa => 'Clínica A')).id;
create function pg_temp.sai(origem text, origem_id text, tipo text default 'followup') returns uuid language plpgsql
as $$
declare m uuid;
begin
    insert into fila_mensagens (cliente_id, conteudo, tipo, origem, origem_id)
    values (pg_temp.id('ana'), 'Oi', sai.tipo, sai.origem, sai.origem_id) returning id into m;
    perform pg_temp.termina();
    perform pg_temp.anda('1 minute');
    return m;
end
$$;
create function pg_temp.respondida(wamid text) returns uuid language sql as $$ select mensagem_id from mensagens_recebidas where wamid = $1 $$;
create temp table m as select pg_temp.sai('campanha', c.id::text, 'promocional') as campanha from c;
insert into campanha_destinatarios (campanha_id, cliente_id, status, mensagem_id) select c.id, pg_temp.id('ana'), 'na_fila', m.campanha from c, m;
alter table m add regra uuid, add outra uuid;
update m set regra = pg_temp.sai('regra', '1');
update m set outra = pg_temp.sai('sql', null, 'resposta');

select is(pg_temp.respondida(pg_temp.diz('ana', 'oi')), (select regra from m), 'the last that asked');
select is((select respondeu_em from campanha_destinatarios), null, 'not the campaign before it');
select is(pg_temp.respondida(pg_temp.diz('ana', 'quero', 'wamid.' || (select outra from m))), (select outra from m), 'what is quoted, whoever sent it');
select is(pg_temp.respondida(pg_temp.diz('ana', 'quero', 'wamid.de.outro')), null, 'what is not ours is nobody''s');
select is((select respondeu_em from campanha_destinatarios), null, 'still not the campaign');
select is(pg_temp.respondida(pg_temp.diz('ana', 'quero', 'wamid.' || (select campanha from m))), (select campanha from m), 'the campaign, quoted');
select isnt((select respondeu_em from campanha_destinatarios), null, 'whose list keeps it');
select pg_temp.anda('8 days');
select is(pg_temp.respondida(pg_temp.diz('ana', 'oi')), null, 'after a week it answers nothing');
select * from finish();
rollback;
