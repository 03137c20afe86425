-- horarios_livres: opening hours minus appointments, holidays and what is past, in the company's zone.
begin;
select plan(21);
\ir proativo_gente.sql

-- livres: the free slots of these local days
create function pg_temp.livres(de date, ate date, quem text default null) returns text language sql
as $$
    select string_agg(concat_ws(' ', to_char(l.inicio at time zone e.fuso, 'DD HH24:MI'), l.profissional), ', ' order by l.inicio, l.profissional)
    from empresas e
    cross join lateral horarios_livres(e.id, $1::timestamp at time zone e.fuso, $2::timestamp at time zone e.fuso, $3) l
    where e.nome = 'Clínica A'
$$;
-- hora: at this local time of this zone
create function pg_temp.hora(fuso text, em text) returns void language sql
as $$
    update empresas set fuso = $1 where nome = 'Clínica A';
    update relogio set deslocamento = $2::timestamp at time zone $1 - now();
$$;

select is(pg_temp.livres('2026-03-21', '2026-03-28'), null, 'without opening hours there is nothing');
select pg_temp.abre('{1,3}');
select is(pg_temp.livres('2026-03-21', '2026-03-28'), '23 09:00, 23 10:00, 23 11:00, 25 09:00, 25 10:00, 25 11:00', 'Monday and Wednesday, by the hour');
select is((select array_agg(l.fim - l.inicio) from casa, horarios_livres(casa.id, '2026-03-23 09:00-03', '2026-03-23 10:00-03') l), '{01:00:00}', 'each as long as it is');
select is((select count(*) from casa, horarios_livres(casa.id, '2026-03-23 09:30-03', '2026-03-23 11:00-03') l), 1::bigint, 'those that begin between the two');
select pg_temp.visita('ana', '2026-03-23 09:30', 'confirmado') as a \gset
select is(pg_temp.livres('2026-03-21', '2026-03-24'), '23 11:00', 'an appointment takes all it overlaps');
select pg_temp.visita('bia', '2026-03-25 10:00', 'agendado') as b \gset
select is(pg_temp.livres('2026-03-25', '2026-03-26'), '25 09:00, 25 11:00', 'and not its neighbours');
update agendamentos set status = 'cancelado' where id in (:'a', :'b');
select is(pg_temp.livres('2026-03-23', '2026-03-24'), '23 09:00, 23 10:00, 23 11:00', 'a cancelled one takes nothing');
insert into feriados (empresa_id, data, nome) select casa.id, '2026-03-25', 'Aniversário da cidade' from casa;
select is(pg_temp.livres('2026-03-21', '2026-03-28'), '23 09:00, 23 10:00, 23 11:00', 'closed on a local holiday');
select pg_temp.abre('{5}');
select is(pg_temp.livres('2026-04-03', '2026-04-04'), null, 'and on Good Friday');
select is(pg_temp.livres('2026-03-20', '2026-03-21'), null, 'what is past is not offered');
select pg_temp.hora('America/Sao_Paulo', '2026-03-23 09:30');
select is(pg_temp.livres('2026-03-20', '2026-03-24'), '23 10:00, 23 11:00', 'nor what began already');
select pg_temp.hora('America/Sao_Paulo', '2026-03-20 18:00');

-- shorter slots, the last one whole; two who open at the same time
delete from horarios_atendimento;
select pg_temp.abre('{1}', '13:00', '14:30', null, 40);
select is(pg_temp.livres('2026-03-23', '2026-03-24'), '23 13:00, 23 13:40', 'no half slot at the end');
delete from horarios_atendimento;
select pg_temp.abre('{1}', '09:00', '11:00', 'Dra. Lia');
select pg_temp.abre('{1}', '09:00', '11:00', 'Dr. Rui');
select pg_temp.visita('ana', '2026-03-23 09:00', 'confirmado', profissional => 'Dr. Rui') \g /dev/null
select is(pg_temp.livres('2026-03-23', '2026-03-24'), '23 09:00 Dra. Lia, 23 10:00 Dr. Rui, 23 10:00 Dra. Lia', 'each has their own');
select is(pg_temp.livres('2026-03-23', '2026-03-24', 'Dr. Rui'), '23 10:00 Dr. Rui', 'one of them');
select pg_temp.visita('bia', '2026-03-23 10:00', 'confirmado') \g /dev/null
select is(pg_temp.livres('2026-03-23', '2026-03-24'), '23 09:00 Dra. Lia', 'an appointment of nobody takes everybody''s hour');

-- clocks that change: Brazil's last summers, at midnight; New York's, at two
delete from agendamentos;
delete from horarios_atendimento;
select pg_temp.abre('{7}', '00:00', '03:00');
select pg_temp.hora('America/Sao_Paulo', '2018-11-03 12:00');
select is(pg_temp.livres('2018-11-04', '2018-11-05'), '04 01:00, 04 02:00', 'an hour that is skipped is no slot');
select pg_temp.hora('America/New_York', '2026-03-07 12:00');
update horarios_atendimento set inicio = '01:00', fim = '05:00';
select is(pg_temp.livres('2026-03-08', '2026-03-09'), '08 01:00, 08 03:00, 08 04:00', 'spring forward');
select pg_temp.hora('America/New_York', '2026-10-31 12:00');
select is(pg_temp.livres('2026-11-01', '2026-11-02'), '01 01:00, 01 02:00, 01 03:00, 01 04:00', 'fall back: once each');
select pg_temp.hora('America/Manaus', '2026-03-20 18:00');
update horarios_atendimento set dia = 6, inicio = '23:00', fim = '24:00';
select is((select array_agg(l.inicio) from casa, horarios_livres(casa.id, '2026-03-21 00:00-03', '2026-03-23 00:00-03') l),
    array[timestamptz '2026-03-22 03:00+00'], 'the last hour of a Saturday of Manaus is Sunday''s in UTC');
select throws_ok('select * from casa, horarios_livres(casa.id, agora(), agora() + interval ''2 years'') l', '22023', null, 'a year at most');

-- a month of a full house is no work: one look for each slot
delete from horarios_atendimento;
select pg_temp.hora('America/Sao_Paulo', '2026-03-20 18:00');
select pg_temp.abre('{1,2,3,4,5}', '08:00', '18:00', 'P' || n, 30) from generate_series(1, 10) n;
insert into agendamentos (empresa_id, cliente_id, inicio, fim, profissional)
select casa.id, pg_temp.de('ana'), d + '8 hours', d + '12 hours', 'P' || n
from casa, generate_series(timestamptz '2026-04-01 00:00-03', '2026-04-30 00:00-03', '1 day') d, generate_series(1, 10) n;
select is((select count(*) from casa, horarios_livres(casa.id, '2026-04-01 00:00-03', '2026-05-01 00:00-03') l),
    20 * 10 * 12::bigint, 'a month of ten people: Good Friday and Tiradentes are closed, mornings taken');
select * from finish();
rollback;
